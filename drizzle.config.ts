import { defineConfig } from 'drizzle-kit';

// SQLite unless DATABASE_URL names a PostgreSQL server. The ledger is ours alone: in drizzle's default one a consumer's
// own older migrations would be skipped in silence.
const url = process.env.DATABASE_URL ?? './sisyphus-state.db';

export default defineConfig({
  dialect: 'sqlite',
  schema: './packages/schema/src/sqlite/index.ts',
  out: './migrations/sqlite',
  dbCredentials: { url },
  migrations: { table: '__sisyphus_migrations' },
});
