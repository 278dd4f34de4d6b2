import { describe, expect, it } from 'vitest';
import { readWait } from './read-wait.js';

describe('a wait for an outsider', () => {
  it.each([
    ['a signal', 'wait-for-signal', { signal: 'go' }, { signal: 'go', message: null, timeoutMs: null }],
    [
      'a signal in time',
      'wait-for-signal',
      { signal: 'go', timeout: '2d' },
      { signal: 'go', message: null, timeoutMs: 172_800_000 },
    ],
    ['an approval', 'approval', { message: 'Publish?' }, { signal: null, message: 'Publish?', timeoutMs: null }],
    ['an approval without words', 'approval', {}, { signal: null, message: null, timeoutMs: null }],
  ] as const)('may be for %s', (_, type, input, expected) => {
    expect(readWait('w', type, input)).toEqual(expected);
  });

  it.each([
    ['no name', 'wait-for-signal', {}],
    ['an empty name', 'wait-for-signal', { signal: '' }],
    ['a name that is no text', 'wait-for-signal', { signal: 5 }],
    ['a name that is too long', 'wait-for-signal', { signal: 'x'.repeat(201) }],
    ['a message where none is asked', 'wait-for-signal', { signal: 'go', message: 'x' }],
    ['a timeout without a unit', 'wait-for-signal', { signal: 'go', timeout: '30' }],
    ['a message that is no text', 'approval', { message: 5 }],
    ['a signal for an approval', 'approval', { signal: 'go' }],
    ['a key it does not know', 'approval', { mesage: 'x' }],
    ['nothing at all', 'approval', null],
  ] as const)('is refused with %s, and says what to write', (_, type, input) => {
    expect(() => readWait('w', type, input)).toThrow(new RegExp(`Step "w" is of type ${type}.*Give it`));
  });
});
