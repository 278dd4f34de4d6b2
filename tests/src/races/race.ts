import type { WorkflowDefinition } from '@sisyphus-state/executor';
import { seededRandom } from '../support/seeded-random.js';

/** A run that works, waits for a signal, asks, and works again. */
export const raceFlow: WorkflowDefinition = {
  name: 'race',
  steps: [
    { id: 'work', type: 'effect', with: { value: 1, turns: '${{ input.turns }}', ms: '${{ input.ms }}' } },
    { id: 'go', type: 'wait-for-signal', with: { signal: 'go' } },
    { id: 'ok', type: 'approval', with: { message: 'Go on?' } },
    { id: 'last', type: 'effect', with: { value: ['${{ steps.go.output }}'], turns: '${{ input.turns }}' } },
  ],
  output: '${{ steps.last.output }}',
};

/** What somebody may do to a run that somebody else has in hand. */
export type Deed = (typeof deeds)[number];
const deeds = ['cancel', 'pause', 'resume', 'take over', 'signal', 'approve', 'reject', 'stop'] as const;

/** Who does what, and how long after the others began. */
export interface Act {
  readonly racer: number;
  readonly deed: Deed;
  readonly turns: number;
  readonly ms: number;
}

/** One round: a run that has come to a point, and all that happens to it there at once. */
export interface Race {
  /** `begun`: the run exists. `parked`: it waits for the signal. `asked`: it waits for the approval. */
  readonly stage: 'begun' | 'parked' | 'asked';
  readonly input: { readonly turns: number; readonly ms: number };
  /** How long after its creation the run has to end, in ms; null: as long as it takes. */
  readonly deadline: number | null;
  readonly acts: readonly Act[];
}

/** Draws a round in which everybody takes a run over that has just begun. */
export function drawTakeovers(seed: number, racers: number): Race {
  const { acts, ...race } = drawRace(seed, racers);
  const input = { turns: 5, ms: 2 };
  return { ...race, input, stage: 'begun', deadline: null, acts: acts.map((act) => ({ ...act, deed: 'take over' })) };
}

/** Draws a round; the same seed gives the same one. */
export function drawRace(seed: number, racers: number): Race {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[], otherwise: T): T => list[below(list.length)] ?? otherwise;
  const ms = (): number => (random() < 0.7 ? 0 : below(4));
  const stage = pick(['begun', 'parked', 'asked'] as const, 'begun');
  return {
    stage,
    // Of a run that has to come somewhere first nobody knows how long that takes.
    deadline: stage === 'begun' && random() < 0.6 ? 1 + below(20) : null,
    input: { turns: 1 + below(4), ms: ms() },
    acts: Array.from({ length: 3 + below(6) }, () => ({
      racer: below(racers),
      deed: pick(deeds, 'cancel'),
      turns: below(5),
      ms: ms(),
    })),
  };
}
