import { describe, expect, it } from 'vitest';
import { queuesToWork } from './work-queues.js';

const none = { queues: [], limits: [], keyLimits: [] };

describe('the queues of a worker', () => {
  it('are the default one when none is named', () => {
    expect(queuesToWork(none)).toEqual([{ name: 'default', concurrency: null, perKey: null }]);
  });

  it('have each its own limits', () => {
    const given = {
      queues: ['mail', 'web'],
      limits: [{ queue: 'mail', limit: 3 }],
      keyLimits: [{ queue: 'web', limit: 1 }],
    };
    expect(queuesToWork(given)).toEqual([
      { name: 'mail', concurrency: 3, perKey: null },
      { name: 'web', concurrency: null, perKey: 1 },
    ]);
  });

  it.each([
    ['--limit', { ...none, limits: [{ queue: 'mial', limit: 3 }] }],
    ['--key-limit', { ...none, keyLimits: [{ queue: 'mial', limit: 3 }] }],
  ])('have no %s that is for another', (option, given) => {
    expect(() => queuesToWork(given)).toThrow(
      `${option} mial=3 is for a queue that this worker does not work on (default). Add --queue mial.`,
    );
  });
});
