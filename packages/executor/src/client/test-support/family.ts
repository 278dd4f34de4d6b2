import { defineHandler } from '@sisyphus-state/handlers';
import { openStore, type RunState, type WorkflowStore } from '@sisyphus-state/store';
import { onTestFinished } from 'vitest';
import type { StepDefinition, WorkflowDefinition } from '../../definition/definition.js';
import { deferred } from '../../engine/deferred.js';
import { WorkflowExecutor } from '../../executor.js';
import type { ExecutorOptions } from '../../executor-options.js';
import type { JsonObject } from '../../expressions/json-value.js';

/** A store, and executors whose handlers a test holds and mends. */
export interface FamilyTest {
  readonly store: WorkflowStore;
  /** How often a step of each name was carried out. */
  readonly done: ReadonlyMap<string, number>;
  /** Names whose `shaky` steps fail. */
  readonly broken: Set<string>;
  /** Ends the `hold` steps there are, and those to come. */
  readonly letGo: () => void;
  executor(options?: ExecutorOptions): WorkflowExecutor;
  state(runId: string): Promise<RunState>;
  /** The runs that steps of a run waited for, oldest first, whole. */
  children(runId: string): Promise<readonly RunState[]>;
}

/**
 * A new store, closed when the test is over, with executors that know these workflows.
 *
 * Steps: `give` gives its `with`, `shaky` fails while its name is broken, `hold` ends when it is let go or aborted.
 */
export async function family(workflows: readonly WorkflowDefinition[] = []): Promise<FamilyTest> {
  const store = await openStore(':memory:');
  onTestFinished(() => store.close());
  const done = new Map<string, number>();
  const broken = new Set<string>();
  const gate = deferred<void>();
  const count = (name: string): void => void done.set(name, (done.get(name) ?? 0) + 1);
  const state = async (runId: string): Promise<RunState> => {
    const found = await store.getRunState(runId);
    if (found === null) throw new Error(`There is no run ${runId}.`);
    return found;
  };
  const handlers = [
    defineHandler({
      type: 'give',
      run: (value, { step }) => {
        count(String(step.id));
        return value;
      },
    }),
    defineHandler({
      type: 'shaky',
      run: (value, { step }) => {
        count(String(step.id));
        if (broken.has(String(step.id))) throw new Error(`${step.id} is broken`);
        return value;
      },
    }),
    defineHandler({
      type: 'hold',
      run: (_, { signal }) => {
        const aborted = new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
        return Promise.race([gate.promise, aborted]);
      },
    }),
  ];
  return {
    ...{ store, done, broken, state, letGo: () => gate.resolve() },
    executor: (options = {}) => new WorkflowExecutor(store, handlers, { workflows, ...options }),
    children: async (parentRunId) => {
      const rows = await store.listRuns({ parentRunId, limit: 1000 });
      return Promise.all(rows.map(({ id }) => state(id)).reverse());
    },
  };
}

/** A workflow of these steps that gives what its last step gives. */
export function flow(name: string, ...steps: readonly StepDefinition[]): WorkflowDefinition {
  const last = steps.at(-1)?.id ?? '';
  return { name, steps, output: `\${{ steps['${last}'].output }}` };
}

/** A workflow as it is written into a step of another. */
export function inline(workflow: WorkflowDefinition): JsonObject {
  // A test writes JSON only.
  return workflow as unknown as JsonObject;
}

/** A step that waits for a run of a workflow. */
export function call(id: string, workflow: unknown, more: Readonly<Record<string, unknown>> = {}): StepDefinition {
  const { input, ...others } = more;
  // A test writes JSON only.
  return {
    id,
    type: 'workflow',
    with: { workflow, ...(input === undefined ? {} : { input }) },
    ...others,
  } as StepDefinition;
}
