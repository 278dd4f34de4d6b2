import { defineConfig } from 'drizzle-kit';

// biome-ignore lint/suspicious/noUndeclaredEnvVars: drizzle-kit is run by hand, never as a task of turbo.
const url = process.env.DATABASE_URL ?? './sisyphus-state.db';
// drizzle-kit would take the address of a server for the name of a file, and make it.
if (/^\w+:\/\//.test(url) && !url.startsWith('file:')) {
  throw new Error('DATABASE_URL names a server; these migrations are for SQLite. Give it the path of a file.');
}

// The ledger is ours alone: in drizzle's default one a consumer's own older migrations would be skipped in silence.
export default defineConfig({
  dialect: 'sqlite',
  schema: './packages/schema/src/sqlite/index.ts',
  out: './migrations/sqlite',
  dbCredentials: { url },
  migrations: { table: '__sisyphus_migrations' },
});
