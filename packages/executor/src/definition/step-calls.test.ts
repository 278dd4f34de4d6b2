import { expect, it } from 'vitest';
import { stepCalls } from './step-calls.js';

it('lists what a step calls beside its own handler, and where each stands', () => {
  const [first, second, undo] = [{ type: 'x' }, { type: 'y', with: 1 }, { type: 'z' }];
  expect(stepCalls({ id: 'a', type: 't', fallback: [first, second], compensate: undo })).toEqual([
    { key: 'fallback', path: ['fallback', 0], call: first },
    { key: 'fallback', path: ['fallback', 1], call: second },
    { key: 'compensate', path: ['compensate'], call: undo },
  ]);
  expect(stepCalls({ id: 'a', type: 't' })).toEqual([]);
});
