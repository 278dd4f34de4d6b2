export {
  MigrationEditedError,
  MigrationFailedError,
  MigrationForeignTablesError,
  MigrationLockedError,
  MigrationNewerError,
  MigrationPendingError,
} from '../migrate/errors.js';
export { ledgerTable } from '../migrate/ledger-row.js';
export type { Adoption, DatabaseKind, MigrationResult, MigrationStatus } from '../migrate/migration-status.js';
export type { SqliteDatabase } from '../migrate/sqlite/database.js';
export { type MigrateOptions, migrate, migrationStatus, verifyMigrations } from '../migrate/sqlite/migrate.js';
export { migrationsFolder } from '../migrate/sqlite/migrations-folder.js';
export { retryWhileBusy } from '../migrate/sqlite/retry-while-busy.js';
export { auditEvents } from './audit-events.js';
export { budgetPots } from './budget-pots.js';
export { payloads, runMailbox, workflowDefinitions } from './other-tables.js';
export { workflowRuns } from './workflow-runs.js';
export { workflowSteps } from './workflow-steps.js';
