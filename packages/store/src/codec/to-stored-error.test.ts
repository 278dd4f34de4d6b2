import type { StoredError } from '@sisyphus-state/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotSerializableError } from '../errors.js';
import { toStoredError } from './to-stored-error.js';

const maxBytes = 16 * 1024;
const bytesOf = (error: StoredError): number => Buffer.byteLength(JSON.stringify(error));

const chain = (depth: number): Error =>
  depth === 1 ? new Error('1') : new Error(String(depth), { cause: chain(depth - 1) });

/** The messages of an error and its causes. */
function messages(error: StoredError | null): readonly string[] {
  return error === null ? [] : [error.message, ...messages(error.cause)];
}

const texts: readonly (readonly [what: string, thrown: unknown, message: string])[] = [
  ['a string', 'out of paper', 'out of paper'],
  ['the empty string', '', ''],
  ['a number', 42, '42'],
  ['undefined', undefined, 'undefined'],
  ['null', null, 'null'],
  ['a BigInt', 10n, '10'],
  ['a symbol', Symbol('why'), 'Symbol(why)'],
  ['a plain object', { status: 500 }, '{"status":500}'],
  ['an array', [1, 'a'], '[1,"a"]'],
  ['an object in a cycle', ((part: Record<string, unknown>) => Object.assign(part, { part }))({}), '[object Object]'],
  ['an object whose toJSON throws', { toJSON: () => raise() }, '[object Object]'],
  ['a function whose toString throws', Object.assign(() => 1, { toString: () => raise() }), '[object Function]'],
];

/** Made when they are needed: a test framework that prints them would fall over them itself. */
const hostile: Readonly<Record<string, () => unknown>> = {
  'every property throws': () => throwing('stack', 'message', 'name', 'code', 'cause', 'details', 'retryable'),
  'its message is an object that can’t be told': () => ({ message: { toJSON: raise, toString: raise } }),
  'it is a revoked proxy': revoked,
  'it is a proxy that refuses everything': () => new Proxy({}, { get: raise, has: raise, getPrototypeOf: raise }),
  'its tag can’t be read': () => Object.defineProperty({ toJSON: raise }, Symbol.toStringTag, { get: raise }),
  'its details can’t be read': () => Object.assign(new Error('x'), { details: revoked() }),
  'its cause can’t be read': () => new Error('x', { cause: revoked() }),
};

describe('toStoredError', () => {
  it('keeps what an error says of itself', () => {
    const error = Object.assign(new TypeError('no such thing'), {
      code: 'E_NONE',
      retryable: true,
      details: { id: 7 },
    });
    expect(toStoredError(error)).toEqual({
      ...{ name: 'TypeError', message: 'no such thing', code: 'E_NONE', retryable: true, details: { id: 7 } },
      ...{ stack: error.stack, cause: null },
    });
  });

  it('has every field for an error that has none of them', () => {
    expect(toStoredError({ message: 'only that' })).toEqual({
      ...{ name: 'Error', message: 'only that', code: null, retryable: null, details: null, stack: null, cause: null },
    });
  });

  it('keeps the errors of this package with their facts', () => {
    const stored = toStoredError(new NotSerializableError('result', '$.at', 'an instance of Date'));
    expect([stored.name, stored.code, stored.retryable, stored.details?.path]).toEqual([
      ...['NotSerializableError', 'NOT_SERIALIZABLE', false, '$.at'],
    ]);
  });

  it('takes a number for a code too, and nothing else', () => {
    expect(toStoredError(Object.assign(new Error('x'), { code: 404 })).code).toBe('404');
    expect(toStoredError(Object.assign(new Error('x'), { code: {} })).code).toBeNull();
  });

  it.each(texts)('keeps the text of %s that was thrown', (_, thrown, message) => {
    expect(toStoredError(thrown)).toMatchObject({ name: 'Error', message, code: null, cause: null });
  });

  it.each(Object.keys(hostile))('never throws itself, also when %s', (what) => {
    const stored = toStoredError(hostile[what]?.());
    expect(JSON.parse(JSON.stringify(stored))).toEqual(stored);
    expect(typeof stored.message).toBe('string');
  });

  it('keeps causes to depth 4', () => {
    expect(messages(toStoredError(chain(4)))).toEqual(['4', '3', '2', '1']);
    expect(messages(toStoredError(chain(9)))).toEqual(['9', '8', '7', '6']);
  });

  it('ends at a cause that came before', () => {
    const [a, b] = [new Error('a'), new Error('b')];
    a.cause = b;
    b.cause = a;
    expect(messages(toStoredError(a))).toEqual(['a', 'b']);
    a.cause = a;
    expect(messages(toStoredError(a))).toEqual(['a']);
  });

  it('keeps the text of a cause that is no error', () => {
    expect(messages(toStoredError(new Error('a', { cause: 'the disk' })))).toEqual(['a', 'the disk']);
  });

  it('leaves out details that are no JSON object', () => {
    for (const details of [7, 'x', [1], null, new Map(), { n: 1n }])
      expect(toStoredError(Object.assign(new Error('x'), { details })).details ?? {}).toEqual({});
  });

  it('shortens a long message without cutting a character in two', () => {
    const { message } = toStoredError(new Error(`x${'😀'.repeat(5000)}`));
    expect(message.length).toBeLessThan(2100);
    expect(message).not.toMatch(/\p{Surrogate}/u);
    expect(message.endsWith('…')).toBe(true);
  });

  it('gives up stacks first, then details, then causes, to stay within 16 KiB', () => {
    const long = (n: number): Error =>
      Object.assign(new Error('m'), { stack: 's'.repeat(1900), details: { d: 'd'.repeat(n) } });
    const withCauses = (n: number): Error =>
      Object.assign(long(n), { cause: Object.assign(long(n), { cause: long(n) }) });
    const small = toStoredError(withCauses(10));
    expect([small.stack, small.cause?.cause?.stack]).not.toContain(null);
    const middle = toStoredError(withCauses(4000));
    expect([middle.stack, middle.details, messages(middle).length]).toEqual([null, expect.anything(), 3]);
    const large = toStoredError(withCauses(6000));
    expect([large.stack, large.details, messages(large).length]).toEqual([null, null, 3]);
    const huge = toStoredError(withCauses(9000));
    expect([huge.stack, huge.details, messages(huge).length]).toEqual([null, null, 1]);
    for (const error of [small, middle, large, huge]) expect(bytesOf(error)).toBeLessThanOrEqual(maxBytes);
  });

  it('stays within 16 KiB and never throws, whatever is thrown', () => {
    const text = fc.string({
      unit: fc.constantFrom('\u0000', '€', '\ud800', '"', 'x'),
      maxLength: 20_000,
      size: 'max',
    });
    const error = fc.record({
      name: text,
      message: text,
      code: text,
      stack: text,
      details: fc.object(),
      cause: fc.anything(),
    });
    fc.assert(
      fc.property(fc.oneof(error, fc.anything()), (thrown) => {
        const stored = toStoredError(thrown);
        expect(bytesOf(stored)).toBeLessThanOrEqual(maxBytes);
        expect(JSON.parse(JSON.stringify(stored))).toEqual(stored);
      }),
      { numRuns: 200 },
    );
  });
});

function raise(): never {
  throw new Error('hostile');
}

function throwing(...properties: readonly string[]): Error {
  const error = new Error('hidden');
  for (const property of properties) Object.defineProperty(error, property, { get: () => raise() });
  return error;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
