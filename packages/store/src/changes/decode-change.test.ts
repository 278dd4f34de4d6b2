import { describe, expect, it } from 'vitest';
import { decodeChange } from './decode-change.js';

const columns = { stepKey: 'a', attempt: 1, payloadRef: null };

describe('decodeChange', () => {
  it('reads fields that an older version did not write as null', () => {
    const change = decodeChange({ ...columns, type: 'step_started', payload: '{"stepId":"a","stepType":"t"}' }, null);
    expect(change).toMatchObject({ stepId: 'a', stepType: 't', delivery: null, itemCount: null, attemptsBase: null });
  });

  it('leaves out fields that only a newer version writes', () => {
    const change = decodeChange({ ...columns, type: 'step_started', payload: '{"teleported":true}' }, null);
    expect(change).not.toHaveProperty('teleported');
  });

  it('takes nothing from a prototype', () => {
    const payload = '{"__proto__":{"stepId":"evil","result":"evil"}}';
    expect(decodeChange({ ...columns, type: 'step_started', payload }, null)).toMatchObject({ stepId: null });
    expect(decodeChange({ ...columns, type: 'step_completed', payload }, null)).toMatchObject({
      result: { inline: null },
    });
  });

  it('throws for a payload that is no JSON, rather than folding half of it', () => {
    expect(() => decodeChange({ ...columns, type: 'step_started', payload: '{"stepId":' }, null)).toThrow(SyntaxError);
  });
});
