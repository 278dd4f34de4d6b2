import { describe, expect, it } from 'vitest';
import { LeaseLostError } from '../errors.js';
import { isContention, isDisconnect, isFatal, isUnavailable, sqlState, translateError } from './driver-errors.js';

const fromServer = (code: string, message = 'said by the server') =>
  Object.assign(new Error(message), { code, severity: 'ERROR' });
const fromSystem = (code: string) => Object.assign(new Error(`connect ${code}`), { code });
const fromDriver = (message: string) => new Error(message);

describe('translateError', () => {
  it.each([
    [fromServer('53100'), 'STORE_FULL'],
    [fromServer('40001'), 'STORE_BUSY'],
    [fromServer('40P01'), 'STORE_BUSY'],
    [fromServer('55P03'), 'STORE_BUSY'],
    [fromServer('57014'), 'STORE_BUSY'],
    [fromServer('53200'), 'STORE_IO'],
    [fromServer('58030'), 'STORE_IO'],
    [fromServer('57P01'), 'STORE_IO'],
    [fromServer('08006'), 'STORE_IO'],
    [fromServer('53300'), 'STORE_IO'],
    [fromSystem('ECONNREFUSED'), 'STORE_IO'],
    [fromSystem('ECONNRESET'), 'STORE_IO'],
    [fromSystem('EPIPE'), 'STORE_IO'],
    [fromDriver('Connection terminated unexpectedly'), 'STORE_IO'],
    [fromDriver('timeout exceeded when trying to connect'), 'STORE_IO'],
    [fromDriver('Cannot use a pool after calling end on the pool'), 'STORE_CLOSED'],
    [fromServer('28P01'), 'STORE_OPEN'],
    [fromServer('3D000'), 'STORE_OPEN'],
    [fromServer('42P01'), 'STORE_OPEN'],
    [fromServer('25006'), 'STORE_OPEN'],
    [fromServer('22P05'), 'NOT_SERIALIZABLE'],
    [fromServer('22P02', 'invalid input syntax for type json'), 'NOT_SERIALIZABLE'],
  ])('says in our words: %s', (error, code) => {
    expect(translateError(error, 'postgres://h/db')).toMatchObject({ code });
  });

  it('reads the driver’s error through those that wrap it', () => {
    const wrapped = new Error('Failed query', { cause: fromServer('53100') });
    expect(translateError(wrapped, 'here')).toMatchObject({ code: 'STORE_FULL', cause: wrapped });
  });

  it('leaves alone what is no fault of the store', () => {
    const lost = new LeaseLostError('r', 1, 'taken');
    for (const error of [lost, fromServer('23505'), new Error('mine'), 'text', undefined])
      expect(translateError(error, 'here')).toBe(error);
  });

  it('ends with a chain of causes that leads back to itself', () => {
    const error = new Error('round');
    error.cause = error;
    expect(translateError(error, 'here')).toBe(error);
  });
});

describe('the kinds of errors', () => {
  it('takes a code of the system for no SQLSTATE, although EPIPE has five letters too', () => {
    expect([sqlState(fromSystem('EPIPE')), sqlState(fromServer('40001'))]).toEqual([null, '40001']);
  });

  it('calls contention what a second try may overcome', () => {
    expect([isContention(fromServer('40P01')), isContention(fromServer('23505'))]).toEqual([true, false]);
  });

  it('tells a lost connection from one that could not be had', () => {
    const noPlace = fromDriver('timeout exceeded when trying to connect');
    expect([isDisconnect(noPlace), isUnavailable(noPlace)]).toEqual([false, true]);
    expect([isDisconnect(fromServer('57P01')), isUnavailable(fromServer('57P01'))]).toEqual([true, true]);
  });

  it('finds the reason among those of several addresses', () => {
    expect(isDisconnect(new AggregateError([fromSystem('ECONNREFUSED'), fromSystem('EHOSTUNREACH')]))).toBe(true);
  });

  it('calls fatal what all entries of a batch share', () => {
    expect([isFatal(fromServer('53100')), isFatal(fromServer('23505'))]).toEqual([true, false]);
  });
});
