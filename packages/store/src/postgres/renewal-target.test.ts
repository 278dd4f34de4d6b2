import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { renewalTarget } from './renewal-target.js';

const source = { text: 'SELECT $1', params: [null], names: ['leases'] };
const targetOf = (options: pg.PoolConfig) => renewalTarget(new pg.Pool(options), 'postgres://h/d', source);

describe('how another thread connects', () => {
  it("is as the pool does, with the password and the key that node-postgres hides, and without the pool's own options", () => {
    const ca = Buffer.from('certificate');
    const target = targetOf({
      ...{ host: 'h', port: 5433, user: 'u', password: 'secret', database: 'd', max: 7, application_name: 'app' },
      ssl: { ca, key: 'key', rejectUnauthorized: false },
      types: { getTypeParser: () => String },
      log: () => undefined,
    });
    expect(target).toMatchObject({ dialect: 'postgres', location: 'postgres://h/d', statement: source });
    expect(target?.connection).toMatchObject({
      ...{ host: 'h', port: 5433, user: 'u', password: 'secret', database: 'd', application_name: 'app' },
      ssl: { ca, key: 'key', rejectUnauthorized: false },
    });
    expect(target?.connection).not.toHaveProperty('max');
    expect(() => structuredClone(target)).not.toThrow();
  });

  it('is by the URL where the pool was given one', () => {
    const connectionString = 'postgres://u:secret@h/d?sslmode=disable';
    expect(targetOf({ connectionString })?.connection).toMatchObject({ connectionString });
  });

  it.each<[string, pg.PoolConfig]>([
    ['a password that is asked for', { password: () => 'secret' }],
    ['a check of the certificate', { ssl: { checkServerIdentity: () => undefined } }],
    ['a socket of its own', { stream: () => expect.fail('nobody connects') }],
    ['a client of its own', { Client: class extends pg.Client {} } as pg.PoolConfig], // not in the declarations
  ])("can't be said with %s", (_, options) => {
    expect(targetOf({ host: 'h', ...options })).toBeNull();
  });

  it("can't be said for a pool whose connections somebody sets up", () => {
    const pool = new pg.Pool({ host: 'h' });
    pool.on('connect', () => undefined);
    expect(renewalTarget(pool, 'postgres://h/d', source)).toBeNull();
  });
});
