import { DrizzleQueryError } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { driverError, isLocked, sqlState } from './database.js';

const said = (code: string) => Object.assign(new Error('said'), { code });

describe('the driver’s error', () => {
  it('is found under Drizzle’s', () => {
    const error = said('42501');
    const wrapped = new DrizzleQueryError('SELECT 1', [], error);
    expect([driverError(wrapped), driverError(error)]).toEqual([error, error]);
    expect(sqlState(wrapped)).toBe('42501');
  });

  it('has no SQLSTATE where the system spoke', () => {
    expect([sqlState(said('ECONNREFUSED')), sqlState('text')]).toEqual([null, null]);
  });

  it('says when the wait for a lock was cut off', () => {
    expect([isLocked(said('55P03')), isLocked(said('40P01'))]).toEqual([true, false]);
  });
});
