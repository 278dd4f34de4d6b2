import { closest, distance } from 'fastest-levenshtein';

const MAX_COMPARED = 500;

/** The known name that was most likely meant, or null when none is near: at most a third of the letters differ. */
export function closestName(written: string, known: Iterable<string>): string | null {
  // Enough to find a slip of the pen; comparing all of 20,000 steps for each of 20,000 mistakes would take minutes.
  const names = [...known].slice(0, MAX_COMPARED);
  if (names.length === 0 || written.length > 64) return null;
  const near = closest(written.toLowerCase(), names.map((name) => name.toLowerCase()));
  const name = names.find((candidate) => candidate.toLowerCase() === near) ?? null;
  if (name === null) return null;
  return distance(written.toLowerCase(), near) <= Math.max(1, Math.floor(written.length / 3)) ? name : null;
}

/** `Did you mean x?`, or what to say when nothing is near. */
export function suggestName(written: string, known: Iterable<string>, otherwise: string): string {
  const name = closestName(written, known);
  return name === null ? otherwise : `Did you mean \`${name}\`?`;
}
