import type { StepStatus } from '@sisyphus-state/schema';
import type { JsonObject, JsonValue } from './json-value.js';

/** What an expression sees of a step: `steps.<id>.status`, `.error` and `.output`. */
export interface StepView {
  readonly status: StepStatus;
  /** The stored error of a failed step, else null. */
  readonly error: JsonObject | null;
  /** The step's result; null while it has none. */
  readonly output: JsonValue;
}

/** The fields of a step, for the check of a definition. */
export const STEP_FIELDS = ['output', 'status', 'error'] as const satisfies readonly (keyof StepView)[];

/** What became of a step. A function as output is called once, when an expression first reads it. */
export interface StepState {
  readonly status: StepStatus;
  readonly error?: JsonObject | null;
  readonly output?: JsonValue | (() => JsonValue);
}

/** The steps of one run, kept up to date by the engine and read by its expressions. */
export interface StepsTable {
  /** Live: it shows every later `set`. */
  readonly view: ReadonlyMap<string, StepView>;
  /** Replaces what is known of a step; an id the table was not made with is added. */
  set(stepId: string, state: StepState): void;
}

/** Makes a table in which every one of these steps is `pending`, without output or error. */
export function createStepsTable(stepIds: Iterable<string>): StepsTable {
  const view = new Map<string, StepView>();
  for (const id of stepIds) view.set(id, PENDING);
  return {
    view,
    set: (stepId, state) => {
      view.set(stepId, viewOf(state));
    },
  };
}

const PENDING: StepView = Object.freeze({ status: 'pending', error: null, output: null });

function viewOf({ status, error = null, output = null }: StepState): StepView {
  if (typeof output !== 'function') return Object.freeze({ status, error, output });
  let read: (() => JsonValue) | null = output;
  let value: JsonValue = null;
  return {
    status,
    error,
    get output() {
      if (read !== null) {
        value = read();
        read = null;
      }
      return value;
    },
  };
}
