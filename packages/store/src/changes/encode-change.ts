import type { Spilled } from '../codec/spill.js';
import type { StoredChange } from './change.js';
import { type ChangeFields, changeFields } from './change-fields.js';

/** The parts of an event's row that come from the change itself. */
export interface EncodedChange {
  readonly stepKey: string | null;
  readonly attempt: number | null;
  readonly payload: string;
  readonly payloadRef: string | null;
}

/** Writes a change as an event's columns; `decodeChange` reads it back. */
export function encodeChange(change: StoredChange): EncodedChange {
  // Every member of the union is a flat record of JSON values and Spilled values; the table says which is which.
  const record = change as unknown as Readonly<Record<string, unknown>>;
  const { values, fields }: ChangeFields = changeFields[change.type];
  // Put together once: each `slice` of a text that was put together copies it.
  let body = '{';
  let comma = '';
  let payloadRef: string | null = null;
  for (const name of values) {
    const value = record[name] as Spilled; // by the table
    if (value.ref !== null) {
      body += `${comma}"${name}Ref":"${value.ref}"`;
      comma = ',';
      payloadRef ??= value.ref;
    } else if (value.inline !== null) {
      body += `${comma}"${name}":${value.inline}`;
      comma = ',';
    }
  }
  const said: Record<string, unknown> = {};
  let saysMore = false;
  for (const name of fields) {
    const value = record[name];
    // A field that is left out says the same as null.
    if (value === null || value === undefined) continue;
    said[name] = value;
    saysMore = true;
  }
  // In one call: one for each field leaves a text of many pieces.
  if (saysMore) body = comma === '' ? JSON.stringify(said) : `${body},${JSON.stringify(said).slice(1)}`;
  else body += '}';
  return {
    stepKey: 'stepKey' in change ? change.stepKey : null,
    attempt: 'attempt' in change ? change.attempt : null,
    payload: body,
    payloadRef,
  };
}
