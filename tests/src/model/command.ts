import type fc from 'fast-check';
import { compareRun } from './compare.js';
import type { Place } from './flow.js';
import type { ModelRun } from './model-run.js';
import { note } from './note.js';
import type { RealWorld } from './real-world.js';

/** What should be: the runs there are, oldest first, and which of them have an idempotency key. */
export interface Model {
  now: number;
  readonly runs: ModelRun[];
  readonly keys: Map<string, ModelRun>;
  /** What was reached: a search that never reached it would prove nothing of it. */
  readonly seen: Set<string>;
}

export type ModelCommand = fc.AsyncCommand<Model, RealWorld>;

/** What is done, to the model and to the real thing; afterwards both are compared. */
interface Doing {
  readonly name: string;
  /** It needs a run, or not. */
  readonly run: (model: Model, real: RealWorld) => Promise<void>;
  readonly needsRun?: boolean;
}

/** Makes a command of what is done. */
export function command({ name, run, needsRun = true }: Doing): ModelCommand {
  return {
    check: ({ runs }) => !needsRun || runs.length > 0,
    run: async (model, real) => {
      await run(model, real);
      note(model);
      for (const each of model.runs) await compareRun(each, real);
    },
    toString: () => name,
  };
}

/** One of the runs there are. */
export function pickRun({ runs }: Model, pick: number): ModelRun {
  const run = runs[pick % runs.length];
  if (run === undefined) throw new Error('There is a run.');
  return run;
}

/** One of a run's steps. */
export function placeAt({ places }: ModelRun, pick: number): Place {
  const place = places[pick % places.length];
  if (place === undefined) throw new Error('A flow has steps.');
  return place;
}

/** What a call gave: its value, or the code of its error. */
export async function told(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (value) => (typeof value === 'object' && value !== null && 'kind' in value ? value.kind : 'done'),
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : String(error)),
  );
}
