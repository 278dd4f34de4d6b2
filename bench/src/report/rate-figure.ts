import { type ContenderName, contenderNames, type Mode } from '../contenders/contender.js';
import { median, medianRatio } from '../measure/statistics.js';
import type { Sample } from '../measure/timed.js';
import type { Aim, Figure } from './figure.js';

/** Samples of the contenders, by round; each is of `steps` steps. On PostgreSQL there is no draft. */
export interface RateRequest {
  readonly scenario: string;
  readonly what: string;
  readonly mode: Mode;
  readonly steps: number;
  readonly samples: Readonly<Record<'engine' | 'raw', readonly Sample[]>> & { readonly draft?: readonly Sample[] };
  /** For the engine's rate, as a ratio of raw's. */
  readonly aim: Aim | null;
}

/** Steps a second of each contender, the processor's time for one, and the engine's rate as a ratio of the others'. */
export function rateFigure({ scenario, what, mode, steps, samples, aim }: RateRequest): Figure {
  const { engine, raw, draft = [] } = samples;
  const all = { engine, raw, draft };
  const rates = byContender(all, ({ seconds }) => steps / seconds);
  const cpu = byContender(all, ({ cpuSeconds }) => (cpuSeconds * 1e6) / steps);
  const ofRaw = { of: 'of raw', value: medianRatio(rates.engine, rates.raw), aim };
  return {
    scenario,
    what,
    mode,
    rows: [
      { unit: 'steps/s', values: medians(rates) },
      { unit: 'CPU µs/step', values: medians(cpu) },
    ],
    ratios:
      draft.length === 0
        ? [ofRaw]
        : [ofRaw, { of: 'of the draft', value: medianRatio(rates.engine, rates.draft), aim: null }],
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

/** The median of each contender that has values. */
export function medians(values: ByContender<readonly number[]>): Readonly<Partial<Record<ContenderName, number>>> {
  const present = contenderNames.filter((name) => values[name].length > 0);
  return Object.fromEntries(present.map((name) => [name, median(values[name])]));
}
