import { type ExecutorOptions, WorkflowExecutor } from '@sisyphus-state/executor';
import { defineHandler } from '@sisyphus-state/handlers';
import type { RunUsage } from '@sisyphus-state/schema';
import { verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { expect } from 'vitest';

/** What a `spend` step is told to do. */
export interface Spending {
  readonly tokens?: number;
  readonly cost?: number;
  /** Throws this, after it has spent. */
  readonly error?: string;
  readonly value?: unknown;
}

/** An executor whose `spend` handler uses what it is told; `hold` waits until its signal is aborted. */
export function spender(store: WorkflowStore, options: ExecutorOptions & { readonly entered?: string[] } = {}) {
  const { entered = [], ...others } = options;
  const spend = defineHandler({
    type: 'spend',
    run: (input, { usage, stepKey }) => {
      const { tokens, cost, error, value = null }: Spending = input ?? {};
      entered.push(stepKey);
      usage({ tokens, cost });
      if (error !== undefined) throw new Error(error);
      return value;
    },
  });
  const hold = defineHandler({
    type: 'hold',
    run: (_, { signal, stepKey, usage }) => {
      entered.push(stepKey);
      usage({ tokens: 3 });
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    },
  });
  return new WorkflowExecutor(store, [spend, hold], { parkAfterMs: 1, ...others });
}

/** What a run has used, and that its log says the same. */
export async function usageOf(store: WorkflowStore, runId: string): Promise<RunUsage | null> {
  const [run, steps, events] = [
    await store.readRun(runId),
    await store.readSteps(runId),
    await store.readEvents(runId),
  ];
  if (run === null) throw new Error(`There is no run ${runId}.`);
  expect(verifyRun({ run, steps, events })).toEqual([]);
  return (await store.getRunState(runId))?.usage ?? null;
}

/** The types of a run's events, of those that are about the whole run. */
export async function runEvents(store: WorkflowStore, runId: string): Promise<readonly string[]> {
  const events = await store.readEvents(runId);
  return events.map(({ type }) => type).filter((type) => type.startsWith('workflow_'));
}

/** The last pause of a run, as it is on record. */
export async function lastPause(store: WorkflowStore, runId: string): Promise<unknown> {
  const events = await store.readEvents(runId);
  return JSON.parse(events.findLast(({ type }) => type === 'workflow_paused')?.payload ?? 'null');
}
