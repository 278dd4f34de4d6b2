import { defineConfig } from 'drizzle-kit';

// biome-ignore lint/suspicious/noUndeclaredEnvVars: drizzle-kit is run by hand, never as a task of turbo.
const url = process.env.DATABASE_URL ?? './sisyphus-state.db';
const isPostgres = /^postgres(ql)?:\/\//.test(url);
// drizzle-kit would take the address of another server for the name of a file, and make it.
if (!isPostgres && /^\w+:\/\//.test(url) && !url.startsWith('file:')) {
  throw new Error(
    'DATABASE_URL names neither a file nor a PostgreSQL server. Give it a path, or postgres://user@host/database.',
  );
}

// The ledger is ours alone: in drizzle's default one a consumer's own older migrations would be skipped in silence.
const ledger = '__sisyphus_migrations';

export default isPostgres
  ? defineConfig({
      dialect: 'postgresql',
      schema: './packages/schema/src/postgres/index.ts',
      schemaFilter: ['sisyphus'],
      out: './migrations/postgres',
      dbCredentials: { url },
      // A schema of its own: drizzle makes it before the first migration, which makes the tables' schema.
      migrations: { table: ledger, schema: 'sisyphus_migrations' },
    })
  : defineConfig({
      dialect: 'sqlite',
      schema: './packages/schema/src/sqlite/index.ts',
      out: './migrations/sqlite',
      dbCredentials: { url },
      migrations: { table: ledger },
    });
