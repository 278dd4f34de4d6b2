import { describe, expect, it } from 'vitest';
import { StepValueError } from '../errors.js';
import { parseCall, readCall } from './read-call.js';

const nothing = { timeoutMs: null, queue: null, priority: null, concurrencyKey: null, tags: null };

describe('the `with` of a step that waits for a run', () => {
  it.each([
    ['a name', { workflow: 'ship' }, { workflow: 'ship', input: undefined, ...nothing }],
    [
      'a definition and an input',
      { workflow: { name: 'x' }, input: 0 },
      { workflow: { name: 'x' }, input: 0, ...nothing },
    ],
    [
      'all there is',
      { workflow: 'a@2', input: null, timeout: '1m', queue: 'q', priority: -1, concurrencyKey: 'k', tags: { a: 'b' } },
      {
        workflow: 'a@2',
        input: null,
        timeoutMs: 60_000,
        queue: 'q',
        priority: -1,
        concurrencyKey: 'k',
        tags: { a: 'b' },
      },
    ],
  ])('is %s', (_, input, call) => {
    expect(parseCall(input)).toEqual(call);
  });

  it.each([
    {},
    { workflow: '' },
    { workflow: ['a'] },
    { workflow: 'a', with: 1 },
    { workflow: 'a', timeout: 'soon' },
    { workflow: 'a', queue: 1 },
    { workflow: 'a', priority: 0.5 },
    { workflow: 'a', tags: { a: 1 } },
    { workflow: 'a', concurrencyKey: null },
  ])('is not %j', (input) => {
    expect(parseCall(input)).toBeNull();
    expect(() => readCall('call', input)).toThrow(StepValueError);
  });
});
