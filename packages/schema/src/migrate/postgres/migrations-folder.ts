import { fileURLToPath } from 'node:url';

/**
 * The folder of the migrations as drizzle-kit wrote them, for a drizzle config's `out` or drizzle's own migrator.
 *
 * They make the schema `sisyphus`. Whoever applies them must set the ledger too:
 * `migrations: { table: '__sisyphus_migrations', schema: 'sisyphus_migrations' }` (`migrationsTable` and
 * `migrationsSchema` for drizzle's migrator). The default ledger is the application's.
 */
export function migrationsFolder(): string {
  return fileURLToPath(new URL('../../../migrations/postgres', import.meta.url));
}
