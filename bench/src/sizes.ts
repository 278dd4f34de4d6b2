import type { ContenderName, Synchronous } from './contenders/contender.js';

/** How much each scenario does. */
export interface Sizes {
  /** Runs of each contender that are not counted, before all else. */
  readonly warmUp: Readonly<Record<ContenderName, number>>;
  /** Steps of one run, where runs are short. */
  readonly steps: number;
  readonly sequential: { readonly rounds: number; readonly runs: number };
  readonly concurrent: { readonly rounds: number; readonly runs: number; readonly atATime: number };
  readonly foreach: { readonly rounds: number; readonly items: number; readonly atATime: number };
  readonly long: {
    readonly window: number;
    readonly runs: readonly { readonly steps: number; readonly rounds: Readonly<Record<Synchronous, number>> }[];
  };
  readonly resume: { readonly rounds: number; readonly steps: number };
  readonly history: {
    readonly finished: number;
    readonly listed: number;
    readonly lists: number;
    readonly rounds: number;
    readonly runs: number;
  };
  readonly scale: {
    readonly rounds: number;
    /** Items of a `foreach`. */
    readonly wide: number;
    readonly narrow: number;
    readonly sleeping: number;
    readonly due: number;
  };
  readonly start: { readonly rounds: number; readonly warmUps: number };
  readonly memory: { readonly rounds: number; readonly runs: number; readonly longSteps: number };
  readonly postgres: {
    readonly warmUps: number;
    readonly sequential: { readonly rounds: number; readonly runs: number };
    readonly concurrent: { readonly rounds: number; readonly runs: number; readonly atATime: number };
  };
  readonly workers: {
    readonly rounds: number;
    readonly warmUps: number;
    readonly processes: number;
    /** Runs queued for each round, and steps of each. */
    readonly runs: number;
    readonly steps: number;
    /** Runs in flight in each process. */
    readonly concurrency: number;
    /** Steps of a round by hand. */
    readonly rawSteps: number;
  };
  readonly latency: {
    readonly rounds: number;
    readonly warmUps: number;
    /** Runs enqueued in a round, one after the other. */
    readonly runs: number;
    /** How long an idle worker's processor time is taken in a round. */
    readonly idleMs: number;
  };
}

/** What the aims are meant for. */
export const fullSizes: Sizes = {
  warmUp: { engine: 1000, raw: 1000, draft: 200 },
  steps: 10,
  sequential: { rounds: 20, runs: 50 },
  concurrent: { rounds: 10, runs: 100, atATime: 50 },
  foreach: { rounds: 5, items: 1000, atATime: 50 },
  long: {
    window: 500,
    runs: [
      { steps: 5000, rounds: { FULL: 3, NORMAL: 5 } },
      { steps: 20_000, rounds: { FULL: 3, NORMAL: 5 } },
    ],
  },
  resume: { rounds: 15, steps: 10_000 },
  history: { finished: 100_000, listed: 50, lists: 20, rounds: 10, runs: 50 },
  scale: { rounds: 5, wide: 10_000, narrow: 1000, sleeping: 100_000, due: 1000 },
  start: { rounds: 15, warmUps: 1 },
  memory: { rounds: 5, runs: 1000, longSteps: 20_000 },
  postgres: {
    warmUps: 2,
    sequential: { rounds: 15, runs: 20 },
    concurrent: { rounds: 15, runs: 100, atATime: 50 },
  },
  workers: { rounds: 5, warmUps: 1, processes: 4, runs: 2000, steps: 5, concurrency: 10, rawSteps: 2000 },
  latency: { rounds: 5, warmUps: 1, runs: 40, idleMs: 2000 },
};

/** Only shows that everything runs: its figures mean nothing. */
export const quickSizes: Sizes = {
  warmUp: { engine: 20, raw: 20, draft: 5 },
  steps: 10,
  sequential: { rounds: 2, runs: 5 },
  concurrent: { rounds: 2, runs: 20, atATime: 10 },
  foreach: { rounds: 2, items: 40, atATime: 10 },
  long: { window: 20, runs: [{ steps: 200, rounds: { FULL: 1, NORMAL: 1 } }] },
  resume: { rounds: 2, steps: 200 },
  history: { finished: 500, listed: 50, lists: 5, rounds: 2, runs: 5 },
  scale: { rounds: 1, wide: 100, narrow: 10, sleeping: 200, due: 20 },
  start: { rounds: 1, warmUps: 0 },
  memory: { rounds: 1, runs: 10, longSteps: 100 },
  postgres: {
    warmUps: 0,
    sequential: { rounds: 1, runs: 3 },
    concurrent: { rounds: 1, runs: 20, atATime: 10 },
  },
  workers: { rounds: 1, warmUps: 0, processes: 2, runs: 30, steps: 5, concurrency: 5, rawSteps: 30 },
  latency: { rounds: 1, warmUps: 0, runs: 3, idleMs: 200 },
};
