import { distance } from 'fastest-levenshtein';

// Enough to find a slip of the pen; comparing all of 20,000 steps for each of 20,000 mistakes would take minutes.
const MAX_COMPARED = 500;
const MAX_LENGTH = 64;

/** The known name that was most likely meant, or null when none is near: at most two letters in five differ. */
export function closestName(written: string, known: Iterable<string>): string | null {
  const lower = written.toLowerCase();
  let nearest: string | null = null;
  let least = Math.max(1, Math.round(written.length * 0.4)) + 1;
  let compared = 0;
  for (const name of known) {
    if (++compared > MAX_COMPARED || written.length > MAX_LENGTH) break;
    const letters = name.length > MAX_LENGTH ? Number.POSITIVE_INFINITY : distance(lower, name.toLowerCase());
    if (letters < least) [nearest, least] = [name, letters];
  }
  return nearest;
}

/** `Did you mean x?`, or what to say when nothing is near. */
export function suggestName(written: string, known: Iterable<string>, otherwise: string): string {
  const name = closestName(written, known);
  return name === null ? otherwise : `Did you mean \`${name}\`?`;
}
