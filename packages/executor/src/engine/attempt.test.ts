import { createRegistry, type HandlerRun, type PlainHandler } from '@sisyphus-state/handlers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AttemptAbortedError, StepTimeoutError } from '../errors.js';
import { Attempt, type AttemptOutcome, type AttemptRequest } from './attempt.js';
import { type HeldCall, heldHandlers } from './test-support/handlers.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Started {
  readonly attempt: Attempt;
  readonly outcomes: AttemptOutcome[];
  readonly calls: readonly HeldCall[];
}

const request: Omit<AttemptRequest, 'handler'> = {
  ...{ runId: 'r', stepKey: 'a', attempt: 2, step: { id: 'a', type: 't' }, input: { n: 1 } },
  ...{ readContext: () => ({}), onLog: () => undefined, onProgress: () => undefined },
  ...{ timeoutMs: null, maxResultBytes: 1000 },
};

/** Starts an attempt of a handler that the test ends by hand. */
function start(more: Partial<AttemptRequest> = {}): Started {
  const { registry, calls } = heldHandlers();
  const handler = registry.get('t');
  if (handler === null) throw new Error('It is registered.');
  const outcomes: AttemptOutcome[] = [];
  const attempt = new Attempt({ handler, ...request, ...more }, (outcome) => outcomes.push(outcome));
  attempt.start();
  return { attempt, outcomes, calls };
}

/** Lets the promises of a handler settle. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

function plain(handler: PlainHandler): Pick<AttemptRequest, 'handler'> {
  const registered = createRegistry({ plain: handler }).get('plain');
  if (registered === null) throw new Error('It is registered.');
  return { handler: registered };
}

describe('an attempt', () => {
  it('enters the handler with its input, and reports what it returned as the text that will be stored', async () => {
    const { calls, outcomes } = start();
    expect(calls[0]?.input).toEqual({ n: 1 });
    expect(calls[0]?.run).toMatchObject({ runId: 'r', stepKey: 'a', attempt: 2, idempotencyKey: 'r:a' });
    calls[0]?.resolve({ b: -0, a: undefined });
    await settle();
    expect(outcomes).toEqual([{ kind: 'completed', result: '{"b":0}', usage: null }]);
  });

  it.each([
    [0, '0'],
    ['', '""'],
    [false, 'false'],
    [null, 'null'],
    [undefined, null],
  ])('keeps %s as it is (pitfall 24)', async (value, result) => {
    const { calls, outcomes } = start();
    calls[0]?.resolve(value);
    await settle();
    expect(outcomes).toEqual([{ kind: 'completed', result, usage: null }]);
  });

  it('reports at once what a handler returns or throws without a promise', () => {
    expect(start(plain(() => 1)).outcomes).toMatchObject([{ kind: 'completed', result: '1' }]);
    const error = new Error('no');
    const thrown = start(
      plain(() => {
        throw error;
      }),
    );
    expect(thrown.outcomes).toMatchObject([{ kind: 'failed', error }]);
  });

  it.each([
    ['an Error', new Error('no')],
    ['a text', 'no'],
    ['nothing', undefined],
  ])('reports %s that was thrown, as it was thrown', async (_, error) => {
    const { calls, outcomes } = start();
    calls[0]?.reject(error);
    await settle();
    expect(outcomes).toEqual([{ kind: 'failed', error, usage: null }]);
  });

  it('fails with the key and the path when its result cannot be stored (pitfall 26)', async () => {
    const { calls, outcomes } = start();
    calls[0]?.resolve({ list: [1, new Date(0)] });
    await settle();
    expect(outcomes).toMatchObject([{ kind: 'failed', error: { code: 'NOT_SERIALIZABLE' } }]);
    expect(String(outcomes[0]?.kind === 'failed' && outcomes[0].error)).toMatch(/step "a".*list\[1\]/s);
  });

  it('fails when its result is too large', async () => {
    const { calls, outcomes } = start({ maxResultBytes: 10 });
    calls[0]?.resolve('x'.repeat(20));
    await settle();
    expect(outcomes).toMatchObject([{ kind: 'failed', error: { code: 'PAYLOAD_TOO_LARGE' } }]);
  });

  it('reports what the handler used, of a failure too', async () => {
    const used = async (end: (call: HeldCall) => void) => {
      const { calls, outcomes } = start();
      calls[0]?.run.usage({ tokens: 3 });
      calls[0]?.run.usage({ tokens: 4, cost: 10 });
      if (calls[0]) end(calls[0]);
      await settle();
      return outcomes[0]?.usage;
    };
    expect(await used(({ resolve }) => resolve(1))).toEqual({ tokens: 7, cost: 10 });
    expect(await used(({ reject }) => reject(new Error('no')))).toEqual({ tokens: 7, cost: 10 });
  });
});

describe('the timeout of an attempt', () => {
  it('reports at its instant, whatever the handler still does, and aborts its signal', () => {
    const { calls, outcomes } = start({ timeoutMs: 500 });
    vi.advanceTimersByTime(499);
    expect([outcomes.length, calls[0]?.run.signal.aborted]).toEqual([0, false]);
    vi.advanceTimersByTime(1);
    expect(outcomes).toMatchObject([{ kind: 'failed', error: new StepTimeoutError('a', 500) }]);
    expect(calls[0]?.run.signal).toMatchObject({ aborted: true, reason: { code: 'STEP_TIMEOUT' } });
  });

  it('drops what the handler returns or throws afterwards (pitfall 16)', async () => {
    const { calls, outcomes } = start({ timeoutMs: 5 });
    vi.advanceTimersByTime(5);
    calls[0]?.resolve('late');
    await settle();
    expect(outcomes).toMatchObject([{ kind: 'failed', error: { code: 'STEP_TIMEOUT' } }]);
    const other = start({ timeoutMs: 5 });
    vi.advanceTimersByTime(5);
    other.calls[0]?.reject(new Error('late'));
    await settle();
    expect(other.outcomes).toHaveLength(1);
  });

  it('is over when the handler returns in time', async () => {
    const { calls, outcomes } = start({ timeoutMs: 5 });
    calls[0]?.resolve('in time');
    await settle();
    expect(vi.getTimerCount()).toBe(0);
    expect(outcomes).toMatchObject([{ kind: 'completed' }]);
  });

  it('may be longer than a timer waits (pitfall 27)', () => {
    const days30 = 30 * 86_400_000;
    const { outcomes } = start({ timeoutMs: days30 });
    vi.advanceTimersByTime(days30 - 1);
    expect(outcomes).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(outcomes).toMatchObject([{ error: { code: 'STEP_TIMEOUT' } }]);
  });
});

describe('an attempt that is ended from outside', () => {
  const reason = new AttemptAbortedError('The run was cancelled.');

  it('has its signal aborted with the reason, and still reports how the handler ended (pitfall 23)', async () => {
    const { attempt, calls, outcomes } = start();
    attempt.abort(reason);
    expect(calls[0]?.run.signal.reason).toBe(reason);
    expect(outcomes).toEqual([]);
    calls[0]?.resolve('done all the same');
    await settle();
    expect(outcomes).toMatchObject([{ kind: 'completed', result: '"done all the same"' }]);
  });

  it('finds its signal aborted even when it asks for it only then', () => {
    const { attempt, calls } = start();
    attempt.abort(reason);
    expect(calls[0]?.run.signal).toMatchObject({ aborted: true, reason });
  });

  it('reports at once when it is abandoned, and what comes later is dropped (pitfall 16)', async () => {
    const { attempt, calls, outcomes } = start({ timeoutMs: 1000 });
    attempt.abandon(reason);
    expect(outcomes).toEqual([{ kind: 'failed', error: reason, usage: null }]);
    calls[0]?.resolve('late');
    attempt.abandon(new Error('again'));
    await vi.advanceTimersByTimeAsync(2000);
    expect(outcomes).toHaveLength(1);
  });
});

describe("a handler's view of its attempt", () => {
  it('may be taken apart', async () => {
    const seen: unknown[] = [];
    const more = { onLog: (...line: unknown[]) => seen.push(line), onProgress: (at: unknown) => seen.push(at) };
    const { calls } = start({ ...more, readContext: () => ({ c: 1 }) });
    const [call] = calls;
    if (call === undefined) throw new Error('It was entered.');
    const { log, progress, usage, context }: HandlerRun = call.run;
    log('line', { n: 1 });
    progress(0.5);
    usage({ cost: 1 });
    expect([seen, context]).toEqual([[['line', { n: 1 }], 0.5], { c: 1 }]);
  });

  it('computes its context when it is first asked for, once', () => {
    const readContext = vi.fn(() => ({}));
    const { calls } = start({ readContext });
    expect(readContext).not.toHaveBeenCalled();
    expect(calls[0]?.run.context).toBe(calls[0]?.run.context);
    expect(readContext).toHaveBeenCalledTimes(1);
  });

  it.each([{ tokens: -1 }, { tokens: 1.5 }, { cost: Number.NaN }, { cost: 2 ** 53 }])(
    'refuses a usage of %j',
    (amount) => {
      const { calls } = start();
      expect(() => calls[0]?.run.usage(amount)).toThrow(/step "a"/);
    },
  );
});
