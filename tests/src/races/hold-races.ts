import type { WorkflowStore } from '@sisyphus-state/store';
import { readEffects } from '../support/effects.mjs';
import { inLanes } from '../support/in-lanes.js';
import { checkRound } from './check-round.js';
import { drawRace, type Race } from './race.js';
import type { Racer } from './racer.js';
import { runRound } from './run-round.js';

/** How many rounds, and until when. */
export interface RaceOptions {
  readonly seed: number;
  readonly rounds: number;
  /** No round begins after this long. */
  readonly forMs: number;
  /** But so many do, however slow the machine is; default none. */
  readonly atLeast?: number;
  /** Nor after this many violations; default 20. */
  readonly enough?: number;
  /** Makes a round of its seed; default `drawRace`. */
  readonly draw?: (seed: number, racers: number) => Race;
  /** How many rounds go on at the same time. */
  readonly lanes: number;
  /** Where a round's handlers note what they do. */
  readonly effectsOf: (seed: number) => string;
  /** Makes the racers of one round. */
  readonly makeRacers: (effects: string) => readonly Racer[];
  /** Reads what was committed. */
  readonly store: WorkflowStore;
}

/** What the rounds came to. */
export interface RaceReport {
  readonly rounds: number;
  /** How runs ended, and how often. */
  readonly ends: Readonly<Record<string, number>>;
  /** Each with the seed of its round. */
  readonly violations: readonly string[];
}

/** Holds one race after the other, a few at a time, and checks each. */
export async function holdRaces(options: RaceOptions): Promise<RaceReport> {
  const {
    seed,
    rounds,
    forMs,
    lanes,
    effectsOf,
    makeRacers,
    store,
    atLeast = 0,
    enough = 20,
    draw = drawRace,
  } = options;
  const begun = performance.now();
  const ends: Record<string, number> = {};
  const violations: string[] = [];
  let held = 0;
  const seeds = Array.from({ length: rounds }, (_, index) => seed + index);
  await inLanes(lanes, seeds, async (each) => {
    const isTimeUp = performance.now() - begun > forMs && held >= atLeast;
    if (isTimeUp || violations.length >= enough) return;
    held += 1;
    const effects = effectsOf(each);
    const racers = makeRacers(effects);
    try {
      const round = await runRound(draw(each, racers.length), racers, store);
      const { status = 'gone', error = null } = (await store.readRun(round.runId)) ?? {};
      const end = error?.includes('DEADLINE_EXCEEDED') ? 'out of time' : status;
      ends[end] = (ends[end] ?? 0) + 1;
      const found = await checkRound(round, store, readEffects(effects));
      violations.push(...found.map((violation) => `RACE_SEED=${each}: ${violation}`));
    } catch (error) {
      violations.push(`RACE_SEED=${each}: ${String(error)}`);
    } finally {
      await Promise.all(racers.map((racer) => racer.stop()));
    }
  });
  return { rounds: held, ends, violations };
}
