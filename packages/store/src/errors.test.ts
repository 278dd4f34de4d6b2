import { SisyphusError } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { toStoredError } from './codec/to-stored-error.js';
import * as errors from './errors.js';

/** One of each, made as the store makes it. */
const samples = {
  RUN_NOT_FOUND: new errors.RunNotFoundError('r1'),
  RUN_HELD: new errors.RunHeldError('r1', 'w1', 1_700_000_000_000),
  LEASE_LOST: new errors.LeaseLostError('r1', 3, 'the run is failed'),
  RUN_STATE: new errors.RunStateError('r1', 'running', 'cancel it first'),
  RUN_EXISTS: new errors.RunExistsError('r1'),
  RUN_CHANGED: new errors.RunChangedError('r1', 3, 4),
  IDEMPOTENCY_CONFLICT: new errors.IdempotencyConflictError('key 1', 'r1', ['workflow', 'input']),
  NOT_SERIALIZABLE: new errors.NotSerializableError('result', '$.a', 'a BigInt'),
  PAYLOAD_TOO_LARGE: new errors.PayloadTooLargeError('input', 20, 10),
  BUDGET_REFUSED: new errors.BudgetRefusedError('r1', {
    ...{ potId: 'p1', stepKey: 'ask', amount: 'tokens', used: 90, limit: 100, needed: 20, isPassing: false },
  }),
  LEASE_RENEWAL: new errors.LeaseRenewalError('/tmp/x.db', 'it ended'),
  STORE_BUSY: new errors.StoreBusyError('busy'),
  STORE_FULL: new errors.StoreFullError('full'),
  STORE_IO: new errors.StoreIoError('io'),
  NOT_A_DATABASE: new errors.NotADatabaseError('no'),
  STORE_OPEN: new errors.StoreOpenError('no'),
  STORE_CLOSED: new errors.StoreClosedError('closed'),
};

describe('the errors of this package', () => {
  it('are all here, each under a code of its own', () => {
    expect(Object.values(samples).map((error) => error.constructor)).toEqual(
      expect.arrayContaining(Object.values(errors)),
    );
    expect(Object.values(errors)).toHaveLength(Object.keys(samples).length);
  });

  it.each(Object.entries(samples))('have the stable code %s, a name, and are SisyphusErrors', (code, error) => {
    expect(error).toBeInstanceOf(SisyphusError);
    expect([error.code, error.name]).toEqual([code, error.constructor.name]);
  });

  it.each(Object.entries(samples))('say the id they are about: %s', (_, error) => {
    if ('runId' in error) expect(error.message).toContain(error.runId);
    if ('idempotencyKey' in error) expect(error.message).toContain(error.idempotencyKey);
  });

  it('say who holds a run, until when and what to do', () => {
    const { message, holder, until } = samples.RUN_HELD;
    expect([holder, until]).toEqual(['w1', 1_700_000_000_000]);
    expect(message).toMatch(/w1 until 2023-11-14T22:13:20\.000Z.*takeover/);
  });

  it('say what differs', () => {
    expect(samples.IDEMPOTENCY_CONFLICT.message).toContain('workflow and input');
    expect(samples.IDEMPOTENCY_CONFLICT.differs).toEqual(['workflow', 'input']);
  });

  it('say whether a retry can help, where the store knows', () => {
    const retryable = Object.entries(samples).flatMap(([code, error]) =>
      'retryable' in error ? [[code, error.retryable]] : [],
    );
    expect(Object.fromEntries(retryable)).toEqual({
      BUDGET_REFUSED: true,
      NOT_SERIALIZABLE: false,
      PAYLOAD_TOO_LARGE: false,
      RUN_CHANGED: true,
      STORE_BUSY: true,
    });
  });

  it.each(Object.entries(samples))('keep their code and facts when they are stored: %s', (code, error) => {
    const { stack, cause, ...rest } = toStoredError(error);
    expect(rest).toEqual({ ...rest, name: error.name, message: error.message, code, details: error.details });
  });

  it('keep what caused them', () => {
    const cause = new Error('below');
    expect(new errors.StoreIoError('io', { cause }).cause).toBe(cause);
  });
});
