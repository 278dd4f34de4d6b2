import { describe, expect, it } from 'vitest';
import { postgresMigrations } from '../generated/postgres.js';
import { createdTables, statementsInSchema } from './statements-in-schema.js';

const migration = {
  tag: '0000_test',
  createdAt: 1,
  hash: 'h',
  statements: [
    'CREATE SCHEMA IF NOT EXISTS "sisyphus";',
    'CREATE TABLE "sisyphus"."a" ("id" text);',
    'ALTER TABLE "sisyphus"."a" ADD CONSTRAINT "f" FOREIGN KEY ("id") REFERENCES "sisyphus"."b"("id");',
  ],
};

describe('statementsInSchema', () => {
  it('leaves the default schema’s as they are', () => {
    expect(statementsInSchema(migration, 'sisyphus')).toEqual(migration.statements);
  });

  it('names another schema wherever the default one stands', () => {
    expect(statementsInSchema(migration, 'other')).toEqual([
      'CREATE SCHEMA IF NOT EXISTS "other";',
      'CREATE TABLE "other"."a" ("id" text);',
      'ALTER TABLE "other"."a" ADD CONSTRAINT "f" FOREIGN KEY ("id") REFERENCES "other"."b"("id");',
    ]);
  });

  it('leaves nothing of the default schema in the real migrations, all of whose tables are in it', () => {
    for (const real of postgresMigrations) {
      expect(statementsInSchema(real, 'other').join()).not.toContain('sisyphus');
      for (const statement of real.statements)
        if (/^(CREATE TABLE|ALTER TABLE|CREATE (UNIQUE )?INDEX)/.test(statement))
          expect(statement).toContain('"sisyphus".');
    }
  });
});

describe('createdTables', () => {
  it('finds the tables without their schema', () => {
    expect(createdTables(migration)).toEqual(['a']);
    expect(postgresMigrations.flatMap(createdTables)).toContain('workflow_runs');
  });
});
