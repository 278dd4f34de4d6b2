import { isTerminal } from '@sisyphus-state/schema';
import type { Decision, RunSnapshot } from '../store-types.js';
import { rearm } from './rearm.js';

/** A run as it was seen when it was decided to have it go on. */
export interface ReviveRequest {
  /** The newest `seq` of its log by then. */
  readonly seq: number;
  /** As for a claim. */
  readonly keepFailed?: readonly string[];
}

/** What a revival did: nothing to a run that goes on already, that completed or was undone, or that was written to since it was seen. */
export type ReviveOutcome = 'revived' | 'unchanged' | 'moved';

/** Decides on a run that failed or was cancelled and that its parent waits for again: it is due, from where it stopped. */
export function decideRevive(snapshot: RunSnapshot, { seq, keepFailed = [] }: ReviveRequest): Decision<ReviveOutcome> {
  const { status, endingAs, lastSeq } = snapshot.run;
  if (!isTerminal(status) || status === 'completed' || endingAs !== null) return { changes: [], value: 'unchanged' };
  if (lastSeq !== seq) return { changes: [], value: 'moved' };
  const rearmed = rearm(snapshot, keepFailed);
  return { changes: [{ type: 'workflow_resumed', rearmed, definitionHash: null }], value: 'revived' };
}
