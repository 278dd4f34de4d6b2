/** What one of the contenders does in a round, and what came of it. */
export type Turn<T> = () => Promise<T>;

/**
 * Lets contenders take turns in small rounds, and returns each one's outcomes by round.
 *
 * The order is rotated from round to round, so that nobody always comes after the same neighbour (whose garbage and
 * whose dirty pages he would clean up). The first `warmUps` rounds are not counted.
 */
export async function interleave<Name extends string, T>(
  turns: Readonly<Record<Name, Turn<T>>>,
  { rounds, warmUps }: { readonly rounds: number; readonly warmUps: number },
): Promise<Readonly<Record<Name, readonly T[]>>> {
  const names = Object.keys(turns) as Name[]; // a record's own keys
  const outcomes = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, T[]>; // one list a name
  for (let round = 0; round < warmUps + rounds; round++) {
    for (const name of rotate(names, round)) {
      const outcome = await turns[name]();
      if (round >= warmUps) outcomes[name].push(outcome);
    }
  }
  return outcomes;
}

function rotate<T>(items: readonly T[], by: number): readonly T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
