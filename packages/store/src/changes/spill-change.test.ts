import { describe, expect, it } from 'vitest';
import { sampleOfEveryChange } from '../test-support/every-change.js';
import { jsonText } from '../test-support/sample-changes.js';
import type { Change } from './change.js';
import { changeFields } from './change-fields.js';
import { type PayloadBody, spillChange } from './spill-change.js';

const large = jsonText('x'.repeat(9000));

describe('spillChange', () => {
  it.each(sampleOfEveryChange.map((change) => [change.type, change] as const))(
    'puts away every value of %s, and nothing else',
    (type, change) => {
      const { values }: { readonly values: readonly string[] } = changeFields[type];
      const filled = { ...change, ...Object.fromEntries(values.map((name) => [name, large])) };
      const bodies: PayloadBody[] = [];
      const stored = spillChange(filled as unknown as Change, bodies);
      expect(bodies).toHaveLength(values.length);
      for (const name of values)
        expect(Reflect.get(stored, name)).toMatchObject({ inline: null, ref: bodies[0]?.sha256 });
      for (const [name, value] of Object.entries(change))
        if (!values.includes(name)) expect(Reflect.get(stored, name)).toBe(value);
    },
  );
});
