import type { StoredError, TerminalRunStatus } from '@sisyphus-state/schema';
import type { JsonText } from '../codec/encode-value.js';
import type { Change, WorkflowCancelled, WorkflowCompleted, WorkflowFailed } from './change.js';

/** How a run ended, as its parent is told: the payload of mail of the kind `child`, whose name is the step that waits. */
export interface ChildEnd {
  readonly runId: string;
  /** The `seq` of the run's terminal event: one that was resumed ends again, later. */
  readonly seq: number;
  readonly status: TerminalRunStatus;
  /** `completed` only. */
  readonly output: unknown;
  /** `failed` only. */
  readonly error: StoredError | null;
  /** `cancelled` only. */
  readonly reason: string | null;
}

/** A change that ends a run. */
export type TerminalChange = WorkflowCompleted<JsonText | null> | WorkflowFailed | WorkflowCancelled;

/** Tells whether a change ends its run. */
export function isTerminalChange(change: Change): change is TerminalChange {
  const { type } = change;
  return type === 'workflow_completed' || type === 'workflow_failed' || type === 'workflow_cancelled';
}

/** Writes a run's end for its parent's mailbox; the output is the text that is stored with the run. */
export function encodeChildEnd(runId: string, seq: number, end: TerminalChange): JsonText {
  const head = `{"runId":${JSON.stringify(runId)},"seq":${seq}`;
  // JSON texts side by side make one.
  return `${head},${describe(end)}}` as JsonText;
}

/** Reads what `encodeChildEnd` wrote. */
export function decodeChildEnd(payload: string): ChildEnd {
  const { runId, seq, status, output, error = null, reason = null }: ChildEnd = JSON.parse(payload);
  return { runId, seq, status, output, error, reason };
}

function describe(end: TerminalChange): string {
  switch (end.type) {
    case 'workflow_completed':
      return end.output === null ? '"status":"completed"' : `"status":"completed","output":${end.output}`;
    case 'workflow_failed':
      return `"status":"failed","error":${JSON.stringify(end.error)}`;
    case 'workflow_cancelled':
      return `"status":"cancelled","reason":${JSON.stringify(end.reason)}`;
  }
}
