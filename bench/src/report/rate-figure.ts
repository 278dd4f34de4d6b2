import { type ContenderName, contenderNames, type Synchronous } from '../contenders/contender.js';
import { median, medianRatio } from '../measure/statistics.js';
import type { Sample } from '../measure/timed.js';
import type { Aim, Figure } from './figure.js';

/** Samples of all contenders, by round; each is of `steps` steps. */
export interface RateRequest {
  readonly scenario: string;
  readonly what: string;
  readonly synchronous: Synchronous;
  readonly steps: number;
  readonly samples: Readonly<Record<ContenderName, readonly Sample[]>>;
  /** For the engine's rate, as a ratio of raw's. */
  readonly aim: Aim | null;
}

/** Steps a second of each contender, the processor's time for one, and the engine's rate as a ratio of the others'. */
export function rateFigure({ scenario, what, synchronous, steps, samples, aim }: RateRequest): Figure {
  const rates = byContender(samples, ({ seconds }) => steps / seconds);
  const cpu = byContender(samples, ({ cpuSeconds }) => (cpuSeconds * 1e6) / steps);
  return {
    scenario,
    what,
    synchronous,
    rows: [
      { unit: 'steps/s', values: medians(rates) },
      { unit: 'CPU µs/step', values: medians(cpu) },
    ],
    ratios: [
      { of: 'of raw', value: medianRatio(rates.engine, rates.raw), aim },
      { of: 'of the draft', value: medianRatio(rates.engine, rates.draft), aim: null },
    ],
  };
}

type ByContender<T> = Readonly<Record<ContenderName, T>>;

/** Reads a number out of every sample. */
export function byContender<S>(
  samples: ByContender<readonly S[]>,
  read: (sample: S) => number,
): ByContender<readonly number[]> {
  return { engine: samples.engine.map(read), raw: samples.raw.map(read), draft: samples.draft.map(read) };
}

/** The median of each contender. */
export function medians(values: ByContender<readonly number[]>): ByContender<number> {
  const [engine, raw, draft] = contenderNames.map((name) => median(values[name]));
  return { engine: engine ?? Number.NaN, raw: raw ?? Number.NaN, draft: draft ?? Number.NaN };
}
