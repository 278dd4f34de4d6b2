import { closest, distance } from 'fastest-levenshtein';

/** The known name that was most likely meant, or null when none is near: at most a third of the letters differ. */
export function closestName(written: string, known: Iterable<string>): string | null {
  const names = [...known];
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
