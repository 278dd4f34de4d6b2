export {
  MigrationEditedError,
  MigrationFailedError,
  MigrationForeignTablesError,
  MigrationLockedError,
  MigrationNewerError,
  MigrationPendingError,
} from '../migrate/errors.js';
export { ledgerTable } from '../migrate/ledger-row.js';
export type { DatabaseKind, MigrationResult, MigrationStatus } from '../migrate/migration-status.js';
export type { PostgresDatabase, PostgresTransaction } from '../migrate/postgres/database.js';
export { type MigrateOptions, migrate, migrationStatus, verifyMigrations } from '../migrate/postgres/migrate.js';
export { migrationsFolder } from '../migrate/postgres/migrations-folder.js';
export { auditEvents } from './audit-events.js';
export { budgetPots } from './budget-pots.js';
export { payloads, runMailbox, workflowDefinitions } from './other-tables.js';
export { defaultSchema, ledgerSchemaOf, sisyphusSchema } from './schema-name.js';
export { type SisyphusTables, tablesIn } from './tables.js';
export { workflowRuns } from './workflow-runs.js';
export { workflowSteps } from './workflow-steps.js';
