import { isTerminal, type RunStatus } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import type { JsonText } from '../codec/encode-value.js';
import type { Decision, NewMail, RunSnapshot } from '../store-types.js';

/** What a signal did: it lies in the run's mailbox, or the run had ended as `status`. */
export type SignalOutcome = { readonly kind: 'received' } | { readonly kind: 'ended'; readonly status: RunStatus };

/** Decides on a signal from outside: it is kept until a wait takes it, in the order in which signals came. */
export function decideSignal(snapshot: RunSnapshot, name: string, payload: JsonText | null): Decision<SignalOutcome> {
  const { status } = snapshot.run;
  if (isTerminal(status)) return { changes: [], value: { kind: 'ended', status } };
  return { ...deliver(snapshot, { kind: 'signal', name, payload }, name), value: { kind: 'received' } };
}

/** Puts a piece into the mailbox, with its line in the log; a run that is parked for an outsider becomes due. */
export function deliver({ run, lease }: RunSnapshot, mail: NewMail, name: string) {
  const received: Change = { type: 'signal_received', name, payload: mail.payload };
  const isParked = run.status === 'waiting' && lease === 'free';
  const changes: readonly Change[] = isParked ? [received, { type: 'workflow_woken' }] : [received];
  return { changes, mail: [mail] };
}
