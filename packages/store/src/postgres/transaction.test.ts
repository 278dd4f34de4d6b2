import { describe, expect, it } from 'vitest';
import { LeaseLostError } from '../errors.js';
import type { PgConnection } from './client.js';
import { callerPart, certainly, connectionOf, patiently, withConnection } from './transaction.js';

const context = { busyMs: 1000, location: 'here' };
const fromServer = (code: string) => Object.assign(new Error('said'), { code, severity: 'ERROR' });
const lost = () => new Error('Connection terminated unexpectedly');

/** Fails as told, then succeeds. */
function failing(...errors: readonly unknown[]) {
  let calls = 0;
  const work = async () => {
    const error = errors[calls++];
    if (error !== undefined) throw error;
    return calls;
  };
  return { work, calls: () => calls };
}

describe('patiently', () => {
  it.each([
    ['a serialization failure', fromServer('40001')],
    ['a deadlock', fromServer('40P01')],
    ['a lock that was not to be had', fromServer('55P03')],
    ['a connection lost before the commit', lost()],
    ['a server that has no place', fromServer('53300')],
  ])('does again what failed for %s', async (_, error) => {
    expect(await patiently(context, failing(error, error).work)).toBe(3);
  });

  it('gives up after busyMs, in our words', async () => {
    const { work, calls } = failing(...Array(1000).fill(fromServer('40001')));
    await expect(patiently({ ...context, busyMs: 0 }, work)).rejects.toMatchObject({ code: 'STORE_BUSY' });
    expect(calls()).toBe(1);
  });

  it('does nothing again that failed for good, or whose outcome is not known', async () => {
    const refused = new LeaseLostError('r', 1, 'taken');
    const unknown = await certainly(context, Promise.reject(lost())).catch((error: unknown) => error);
    for (const error of [refused, unknown, fromServer('23505')]) {
      const { work, calls } = failing(error);
      await expect(patiently(context, work)).rejects.toBe(error);
      expect(calls()).toBe(1);
    }
  });
});

describe('callerPart', () => {
  it('gives the caller back what it threw, whatever it looks like', async () => {
    for (const thrown of [lost(), undefined, 'text', Object.assign(new Error('theirs'), { code: 'ECONNRESET' })]) {
      const attempt = patiently(context, () => callerPart(() => Promise.reject(thrown)));
      const outcome = await attempt.then(
        () => 'resolved',
        (error: unknown) => ({ error }),
      );
      expect(outcome).toEqual({ error: thrown });
    }
  });

  it('lets contention that the database told the caller of be tried again', async () => {
    const { work, calls } = failing(fromServer('40P01'));
    await patiently(context, () => callerPart(work));
    expect(calls()).toBe(2);
  });
});

describe('certainly', () => {
  it.each([
    ['the server ended the session instead', fromServer('57P01')],
    ['an idle session was over', fromServer('57P05')],
    ['the driver knew of the loss before', new Error('Client has encountered a connection error and is not queryable')],
  ])('knows that nothing was kept where %s, so that it is done again', async (_, error) => {
    const { work, calls } = failing(error);
    await patiently(context, () => certainly(context, work()));
    expect(calls()).toBe(2);
  });

  it.each([
    ['crashed', fromServer('57P02')],
    ['said nothing more', new Error('Query read timeout')],
    ['was cut off', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
  ])('does nothing again where the server %s', async (_, error) => {
    const { work, calls } = failing(error);
    const outcome = patiently(context, () => certainly(context, work()));
    await expect(outcome).rejects.toMatchObject({ code: 'STORE_IO', details: { outcome: 'unknown' } });
    expect(calls()).toBe(1);
  });

  it('says of a lost answer that the outcome is not known, and of other errors what they are', async () => {
    await expect(certainly(context, Promise.reject(lost()))).rejects.toMatchObject({
      code: 'STORE_IO',
      details: { outcome: 'unknown' },
    });
    const error = fromServer('23505');
    await expect(certainly(context, Promise.reject(error))).rejects.toBe(error);
  });
});

describe('withConnection', () => {
  it.each([
    ['gives a connection back after an error', fromServer('23505'), false],
    ['closes one that is broken', lost(), true],
  ])('%s', async (_, error, isBroken) => {
    let released: unknown = null;
    const release = (broken?: unknown) => {
      released = broken;
    };
    // Only `release` is used.
    const connection = { release } as unknown as PgConnection;
    const pool = { connect: async () => connection } as unknown as Parameters<typeof withConnection>[0]['pool'];
    await expect(withConnection({ pool }, () => Promise.reject(error))).rejects.toBe(error);
    expect(released).toBe(isBroken);
  });
});

describe('connectionOf', () => {
  it('refuses what is no open transaction of this driver', () => {
    expect(() => connectionOf({} as never)).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }));
  });
});
