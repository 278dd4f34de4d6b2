import { describe, expect, it } from 'vitest';
import { sampleOfEveryChange } from '../test-support/every-change.js';
import { changeFields, changeTypes, isChangeType } from './change-fields.js';

/** Fields of a change that are columns of its event. */
const columns = ['type', 'stepKey', 'attempt'];

describe('changeFields', () => {
  it('has an entry for every change there is, and none besides', () => {
    expect([...changeTypes].sort()).toEqual(sampleOfEveryChange.map(({ type }) => type).sort());
  });

  it.each(sampleOfEveryChange.map((change) => [change.type, change] as const))(
    'names every field of %s',
    (type, change) => {
      const { values, fields } = changeFields[type];
      const named = [...values, ...fields];
      expect(
        Object.keys(change)
          .filter((key) => !columns.includes(key))
          .sort(),
      ).toEqual([...named].sort());
      expect(new Set(named).size).toBe(named.length);
    },
  );

  it('knows its own types and no property of Object', () => {
    expect(isChangeType('step_started')).toBe(true);
    for (const type of ['', 'note', 'toString', '__proto__', 'constructor']) expect(isChangeType(type)).toBe(false);
  });
});
