import type { JsonText } from '../codec/encode-value.js';
import { type Spilled, spill } from '../codec/spill.js';
import type { Change, StoredChange } from './change.js';

/** A value that goes to `payloads`. */
export interface PayloadBody {
  readonly sha256: string;
  readonly bytes: number;
  readonly body: string;
}

/** Decides for each value of a change whether it stands inline or in `payloads`; what goes there is added to `bodies`. */
export function spillChange(change: Change, bodies: PayloadBody[]): StoredChange {
  switch (change.type) {
    case 'workflow_started':
      return { ...change, input: keep(change.input, bodies) };
    case 'workflow_completed':
      return { ...change, output: keep(change.output, bodies), context: keep(change.context, bodies) };
    case 'signal_received':
      return { ...change, payload: keep(change.payload, bodies) };
    case 'step_completed':
      return { ...change, result: keep(change.result, bodies) };
    case 'run_forked':
      return { ...change, snapshot: keep(change.snapshot, bodies) };
    default:
      return change;
  }
}

function keep(text: JsonText | null, bodies: PayloadBody[]): Spilled {
  const spilled = spill(text);
  if (spilled.ref !== null && text !== null) bodies.push({ sha256: spilled.ref, bytes: spilled.bytes, body: text });
  return spilled;
}
