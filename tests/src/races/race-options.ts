/**
 * How long races are held. `RACE_SEED` repeats the acts of one round (its timing is the machine's), `RACE_ROUNDS` holds so
 * many on each database however long that takes, as it is done before a release: 20,000.
 */
export function raceOptions(env: Readonly<Record<string, string | undefined>>, normalMs: number) {
  const { RACE_SEED, RACE_ROUNDS } = env;
  if (RACE_SEED !== undefined) return { seed: Number(RACE_SEED), rounds: 1, forMs: Number.POSITIVE_INFINITY };
  const seed = Date.now() % 2 ** 31;
  if (RACE_ROUNDS !== undefined) return { seed, rounds: Number(RACE_ROUNDS), forMs: Number.POSITIVE_INFINITY };
  return { seed, rounds: 10_000, forMs: normalMs };
}
