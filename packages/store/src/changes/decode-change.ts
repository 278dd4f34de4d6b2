import type { EventRow } from '@sisyphus-state/schema';
import type { Spilled } from '../codec/spill.js';
import type { StoredChange } from './change.js';
import { type ChangeFields, changeFields, isChangeType } from './change-fields.js';

/** What an event row needs to be read as a change; `body` is the text its `payloadRef` refers to, when it was read. */
export type EventLike = Pick<EventRow, 'type' | 'stepKey' | 'attempt' | 'payload' | 'payloadRef'>;

/**
 * Reads an event of the engine as the change it was, or null when this version does not know its type.
 *
 * `body` is needed only where the whole payload stands in `payloads` (a large `run_adopted`).
 */
export function decodeChange(event: EventLike, body: string | null): StoredChange | null {
  if (!isChangeType(event.type)) return null;
  const whole = event.type === 'run_adopted' && event.payloadRef !== null ? (body ?? '{}') : event.payload;
  const payload: Record<string, unknown> = JSON.parse(whole);
  const { values, fields }: ChangeFields = changeFields[event.type];
  const change: Record<string, unknown> = { type: event.type, stepKey: event.stepKey };
  if (event.attempt !== null) change.attempt = event.attempt;
  for (const name of values) change[name] = readValue(payload, name);
  for (const name of fields) change[name] = Object.hasOwn(payload, name) ? payload[name] : null;
  // encodeChange wrote it by the same table.
  return change as unknown as StoredChange;
}

function readValue(payload: Readonly<Record<string, unknown>>, name: string): Spilled {
  const ref = payload[`${name}Ref`];
  if (typeof ref === 'string') return { inline: null, ref, bytes: 0 };
  return { inline: Object.hasOwn(payload, name) ? JSON.stringify(payload[name]) : null, ref: null, bytes: 0 };
}
