import type { Bench } from '../bench.js';
import { type Contender, type Synchronous, synchronousModes } from '../contenders/contender.js';
import { withContenders } from '../contenders/with-contenders.js';
import { interleave } from '../measure/interleave.js';
import { timed } from '../measure/timed.js';
import type { Aim, Figure } from '../report/figure.js';
import { rateFigure } from '../report/rate-figure.js';

/** What every contender does in a turn. */
export interface RateScenario {
  readonly scenario: string;
  readonly what: string;
  readonly rounds: number;
  /** Steps of one turn. */
  readonly steps: number;
  readonly turn: (contender: Contender) => Promise<void>;
  readonly aims: Readonly<Record<Synchronous, Aim | null>>;
}

/** Measures steps a second of all contenders doing the same, in turn, at each `synchronous`. */
export async function compareRates(
  bench: Bench,
  { scenario, what, rounds, steps, turn, aims }: RateScenario,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const synchronous of synchronousModes) {
    const samples = await withContenders(bench, synchronous, ({ engine, raw, draft }) =>
      interleave(
        {
          engine: () => timed(() => turn(engine)),
          raw: () => timed(() => turn(raw)),
          draft: () => timed(() => turn(draft)),
        },
        { rounds, warmUps: 1 },
      ),
    );
    figures.push(rateFigure({ scenario, what, mode: synchronous, steps, samples, aim: aims[synchronous] }));
  }
  return figures;
}
