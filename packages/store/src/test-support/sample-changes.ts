import type { StoredError } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import { encodeValue, type JsonText } from '../codec/encode-value.js';
import type { CreatedRun, Lease, NewRun } from '../store-types.js';

export function json(value: unknown): JsonText | null {
  return encodeValue(value, { what: 'sample' });
}

/** The text of a value that is one. */
export function jsonText(value: unknown): JsonText {
  const text = json(value);
  if (text === null) throw new Error('undefined has no text');
  return text;
}

export const leaseMs = 60_000;

let ids = 0;

export function newRun(more: Partial<NewRun> = {}): NewRun {
  const id = `01900000-0000-7000-8000-${(++ids).toString(16).padStart(12, '0')}`;
  return { id, name: 'sample', input: null, lease: { worker: 'w1', leaseMs }, ...more };
}

export function leaseOf(created: readonly CreatedRun[]): Lease {
  const lease = created[0]?.lease;
  if (!lease) throw new Error('The run was created without a lease.');
  return lease;
}

export function started(stepKey: string, attempt = 1): Change {
  const facts = { stepId: stepKey, stepType: 'sample', delivery: 'pure', inputHash: 'hash' } as const;
  return { type: 'step_started', stepKey, attempt, ...facts, itemCount: null, attemptsBase: null };
}

export function completed(stepKey: string, result?: unknown, attempt = 1): Change {
  return { type: 'step_completed', stepKey, attempt, result: json(result), usage: null };
}

export const storedError: StoredError = {
  name: 'SampleError',
  message: 'it is a sample',
  code: null,
  retryable: null,
  details: null,
  stack: null,
  cause: null,
};

export const runCompleted: Change = { type: 'workflow_completed', output: json(1), context: null };
export const runFailed: Change = { type: 'workflow_failed', error: storedError, stepKey: null };
