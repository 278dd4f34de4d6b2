import { workflowRuns } from '@sisyphus-state/schema/sqlite';
import Database from 'better-sqlite3';
import { and, eq, inArray, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { QueryBuilder, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { afterEach, describe, expect, it } from 'vitest';
import { compile, namedColumns, placeholders } from './compile.js';

const things = sqliteTable('things', { thingId: text('thing_id').primaryKey(), kind: text('kind') });
const client = new Database(':memory:');
const db = drizzle({ client });
client.exec('CREATE TABLE things (thing_id TEXT PRIMARY KEY, kind TEXT)');
afterEach(() => client.exec('DELETE FROM things'));

const insert = compile(client, db.insert(things).values(placeholders(['thingId', 'kind']) as never));
const byId = compile<{ thingId: string; kind: string | null }>(
  client,
  new QueryBuilder()
    .select(namedColumns(things))
    .from(things)
    .where(eq(things.thingId, sql.placeholder('id'))),
);

describe('compile', () => {
  it('fills placeholders by name and gives rows under the model’s names', () => {
    expect(insert.run({ kind: 'k', thingId: 'a', other: 1 })).toBe(1);
    expect(byId.get({ id: 'a' })).toEqual({ thingId: 'a', kind: 'k' });
    expect(byId.all({ id: 'a' })).toEqual([{ thingId: 'a', kind: 'k' }]);
    expect(byId.get({ id: 'b' })).toBeUndefined();
  });

  it('mixes placeholders with values that are fixed', () => {
    insert.run({ thingId: 'a', kind: 'x' });
    insert.run({ thingId: 'b', kind: 'y' });
    const query = new QueryBuilder()
      .select(namedColumns(things))
      .from(things)
      .where(and(inArray(things.kind, ['x', 'z']), eq(things.thingId, sql.placeholder('id'))));
    const compiled = compile<{ thingId: string }>(client, query);
    expect([compiled.get({ id: 'a' })?.thingId, compiled.get({ id: 'b' })]).toEqual(['a', undefined]);
  });

  it('binds a name that is missing as NULL, never as the value of another call', () => {
    insert.run({ thingId: 'a', kind: 'x' });
    insert.run({ thingId: 'b' });
    expect(byId.get({ id: 'b' })?.kind).toBeNull();
  });

  it('says how many rows were changed', () => {
    for (const thingId of ['a', 'b']) insert.run({ thingId, kind: 'x' });
    const update = compile(
      client,
      db
        .update(things)
        .set({ kind: 'y' })
        .where(eq(things.kind, sql.placeholder('kind'))),
    );
    expect([update.run({ kind: 'x' }), update.run({ kind: 'x' })]).toEqual([2, 0]);
  });

  it('reads no row through an injected value', () => {
    insert.run({ thingId: 'a', kind: 'x' });
    expect(byId.all({ id: "b' OR '1'='1" })).toEqual([]);
  });
});

describe('namedColumns', () => {
  it('selects every column of a table under its name in the model', () => {
    const { sql: text } = new QueryBuilder().select(namedColumns(workflowRuns)).from(workflowRuns).toSQL();
    expect(text).toContain('"definition_hash" as "definitionHash"');
    expect(Object.keys(namedColumns(things))).toEqual(['thingId', 'kind']);
  });
});
