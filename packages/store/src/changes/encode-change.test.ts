import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleOfEveryChange } from '../test-support/every-change.js';
import { json } from '../test-support/sample-changes.js';
import type { Change, StoredChange } from './change.js';
import { changeFields } from './change-fields.js';
import { decodeChange } from './decode-change.js';
import { encodeChange } from './encode-change.js';
import { type PayloadBody, spillChange } from './spill-change.js';

const everyChange = sampleOfEveryChange.map((change) => [change.type, change] as const);

/** Writes a change as a store does and reads it back as a fold does. */
function throughTheLog(change: Change): {
  readonly read: StoredChange | null;
  readonly again: unknown;
  readonly encoded: unknown;
} {
  const encoded = encodeChange(spillChange(change, []));
  const event = { type: change.type, ...encoded };
  const read = decodeChange(event, null);
  return { read, again: read === null ? null : encodeChange(read), encoded };
}

/** The change with every field that may be null set to null. */
function emptied(change: Change): Change {
  const { values, fields } = changeFields[change.type];
  const empty = Object.fromEntries([...values, ...fields].map((name) => [name, null]));
  // Only for encoding, which knows fields by name.
  return { ...change, ...empty } as unknown as Change;
}

describe('encodeChange and decodeChange', () => {
  it.each(everyChange)('give %s back, text for text and field for field', (_, change) => {
    const { read, again, encoded } = throughTheLog(change);
    expect(again).toEqual(encoded);
    expect(read).toMatchObject(withSpilledValues(change));
  });

  it.each(everyChange)('keep the fields of %s that are null as null, and write none of them', (_, change) => {
    const { read, again, encoded } = throughTheLog(emptied(change));
    expect(again).toEqual(encoded);
    expect(encoded).toMatchObject({ payload: '{}', payloadRef: null });
    const { values, fields } = changeFields[change.type];
    for (const name of fields) expect(Reflect.get(read ?? {}, name)).toBeNull();
    for (const name of values) expect(Reflect.get(read ?? {}, name)).toEqual({ inline: null, ref: null, bytes: 0 });
  });

  it('keep null apart from no value', () => {
    const change = { type: 'step_completed', stepKey: 'a', attempt: 1, usage: null } as const;
    expect(throughTheLog({ ...change, result: json(null) }).encoded).toMatchObject({ payload: '{"result":null}' });
    expect(throughTheLog({ ...change, result: null }).encoded).toMatchObject({ payload: '{}' });
  });

  it('refer to large values by their hash, the first one in the column too', () => {
    const bodies: PayloadBody[] = [];
    const [output, context] = [json('o'.repeat(9000)), json('c'.repeat(9000))];
    const stored = spillChange({ type: 'workflow_completed', output, context }, bodies);
    const [first, second] = bodies.map((body) => body.sha256);
    expect(bodies.map((body) => body.body)).toEqual([output, context]);
    const { payload, payloadRef } = encodeChange(stored);
    expect(JSON.parse(payload)).toEqual({ outputRef: first, contextRef: second });
    expect(payloadRef).toBe(first);
    const read = decodeChange({ type: 'workflow_completed', stepKey: null, attempt: null, payload, payloadRef }, null);
    expect(read).toMatchObject({ output: { inline: null, ref: first }, context: { inline: null, ref: second } });
  });

  it('read a snapshot that was too large for the event from its body', () => {
    const snapshot = { run: { id: 'r' }, steps: [] };
    const event = { type: 'run_adopted', stepKey: null, attempt: null, payload: '{}', payloadRef: 'hash' };
    expect(decodeChange(event, JSON.stringify({ snapshot }))).toMatchObject({ snapshot });
  });

  it('pass over a type that this version does not know', () => {
    for (const type of ['step_teleported', 'toString', '__proto__'])
      expect(decodeChange({ type, stepKey: null, attempt: null, payload: '{}', payloadRef: null }, null)).toBeNull();
  });

  it('keep a result whatever JSON value it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const change = { type: 'step_completed', stepKey: 'a', attempt: 1, result: json(value), usage: null } as const;
        const { read, again, encoded } = throughTheLog(change);
        expect(again).toEqual(encoded);
        expect(read).toMatchObject({ result: { inline: change.result } });
      }),
    );
  });
});

function withSpilledValues(change: Change): object {
  const { values }: { readonly values: readonly string[] } = changeFields[change.type];
  const spilled = values.map((name) => [name, { inline: Reflect.get(change, name), ref: null }]);
  return { ...change, ...Object.fromEntries(spilled) };
}
