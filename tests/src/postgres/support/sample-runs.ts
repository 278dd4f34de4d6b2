import { type Change, encodeValue, type Lease, type NewRun, type WorkflowStore } from '@sisyphus-state/store';
import { v7 as uuidv7 } from 'uuid';

export const json = (value: unknown) => encodeValue(value, { what: 'sample' });

/** A run to create, nobody's unless told otherwise. */
export function freeRun(more: Partial<NewRun> = {}): NewRun {
  return { id: uuidv7(), name: 'sample', input: json({ n: 1 }), ...more };
}

/** Creates runs that `worker` holds, each with its first step running. */
export async function heldLeases(store: WorkflowStore, count: number, worker = 'w1'): Promise<readonly Lease[]> {
  const lease = { worker, leaseMs: 60_000 };
  const runs = Array.from({ length: count }, () => freeRun({ lease, changes: [started('s0')] }));
  return (await store.createRuns(runs)).map((created) => {
    if (created.lease === null) throw new Error('The run was created without its lease.');
    return created.lease;
  });
}

export function started(stepKey: string, attempt = 1): Change {
  const facts = { stepId: stepKey, stepType: 'sample', delivery: 'at-least-once', inputHash: 'hash' } as const;
  return { type: 'step_started', stepKey, attempt, ...facts, itemCount: null, attemptsBase: null };
}

export function completed(stepKey: string, result: unknown = null): Change {
  return { type: 'step_completed', stepKey, attempt: 1, result: json(result), usage: null };
}

export const runCompleted: Change = { type: 'workflow_completed', output: json(1), context: json({}) };

export const runFailed: Change = {
  type: 'workflow_failed',
  stepKey: null,
  error: { name: 'E', message: 'm', code: null, retryable: null, details: null, stack: null, cause: null },
};
