import { describe, expect, it } from 'vitest';
import { retryPolicy } from './retry-policy.js';

describe('retryPolicy', () => {
  it('is a single attempt where nothing is written', () => {
    expect(retryPolicy(undefined).attempts).toBe(1);
  });

  it('is three attempts with growing waits where only `retry` is written', () => {
    expect(retryPolicy({})).toEqual({ attempts: 3, backoffMs: 1_000, factor: 2, maxBackoffMs: 30_000, jitter: 'full' });
  });

  it('takes what is written', () => {
    const written = { attempts: 5, backoff: '2s', factor: 3, maxBackoff: 10_000, jitter: 'none' } as const;
    expect(retryPolicy(written)).toEqual({
      attempts: 5,
      backoffMs: 2_000,
      factor: 3,
      maxBackoffMs: 10_000,
      jitter: 'none',
    });
  });

  it('never cuts a written backoff short by a default', () => {
    expect(retryPolicy({ backoff: '5m' })).toMatchObject({ backoffMs: 300_000, maxBackoffMs: 300_000 });
  });
});
