import type { PgPool } from './client.js';
import type { StatementSource } from './compile-text.js';
import type { PostgresRenewalTarget } from './open-renewer.js';

/** What a pool is told of itself, not of how to connect. */
const poolOptions: ReadonlySet<string> = new Set([
  'max',
  'min',
  'Promise',
  'log',
  'types',
  'maxUses',
  'maxLifetimeSeconds',
]);

/**
 * Says how another thread can connect as a pool does; null where that can't be said in data.
 *
 * A password that is asked for, a socket or a check of the server's certificate are functions; a pool whose connections
 * are set up by a listener (a role, a tenant) would have others see what they must not, or nothing.
 */
export function renewalTarget(
  pool: PgPool,
  location: string,
  statement: StatementSource,
): PostgresRenewalTarget | null {
  if ((pool.listenerCount?.('connect') ?? 0) > 0) return null;
  const connection: Record<string, unknown> = {};
  for (const [name, value] of ownEntries(pool.options)) {
    if (poolOptions.has(name) || value === undefined) continue;
    const copy = copyData(value);
    if (copy === undefined) return null;
    connection[name] = copy.data;
  }
  return { dialect: 'postgres', location, connection, statement };
}

/** Of all its own properties: node-postgres hides the password and the key, so that printing shows neither. */
function ownEntries(value: object): readonly (readonly [string, unknown])[] {
  return Object.getOwnPropertyNames(value).map((name) => [name, Reflect.get(value, name)]);
}

/** Copies plain data; undefined for anything else. */
function copyData(value: unknown): { readonly data: unknown } | undefined {
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return { data: value };
  if (Array.isArray(value)) {
    const items = value.map(copyData);
    return items.includes(undefined) ? undefined : { data: items.map((item) => item?.data) };
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const entries = ownEntries(value).map(([name, item]) => [name, copyData(item)] as const);
  if (entries.some(([, item]) => item === undefined)) return undefined;
  return { data: Object.fromEntries(entries.map(([name, item]) => [name, item?.data])) };
}
