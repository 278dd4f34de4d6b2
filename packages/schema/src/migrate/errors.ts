import { SisyphusError, type SisyphusErrorOptions } from '../model/sisyphus-error.js';
import { ledgerTable } from './ledger-row.js';

/** The database was written by a newer version of the package. Upgrade the package; nothing was changed. */
export class MigrationNewerError extends SisyphusError {
  readonly code = 'MIGRATION_NEWER';
  constructor(unknownHashes: readonly string[]) {
    super(
      `This database was written by a newer version: its ledger ${ledgerTable} holds ${count(unknownHashes, 'migration')} ` +
        'this version does not know. Upgrade the @sisyphus-state packages. Nothing was changed.',
      { details: { unknownHashes } },
    );
  }
}

/** A migration was applied with another text than ours. Bring the texts back together by hand; nothing was changed. */
export class MigrationEditedError extends SisyphusError {
  readonly code = 'MIGRATION_EDITED';
  constructor(tags: readonly string[]) {
    super(
      `The ledger ${ledgerTable} records another text for ${tags.join(', ')} than this version has: the file was edited ` +
        '(or its line endings were changed) after it was written. Restore the migration as published, or start from a ' +
        'new database. Nothing was changed.',
      { details: { tags } },
    );
  }
}

/** Migrations are pending and this caller only verifies. */
export class MigrationPendingError extends SisyphusError {
  readonly code = 'MIGRATION_PENDING';
  constructor(tags: readonly string[], isDraft: boolean) {
    super(
      `This database still needs ${tags.join(', ')}. ${
        isDraft
          ? "It was made by the draft's code: run `sisyphus migrate` (or migrate(db)), which adopts what it holds; drizzle-kit can't."
          : 'Apply with `drizzle-kit migrate`, or with `sisyphus migrate` (or migrate(db)). Nothing was changed.'
      }`,
      { details: { tags, isDraft } },
    );
  }
}

/** Tables with our names exist that neither these migrations nor the draft's code made. Nothing was changed. */
export class MigrationForeignTablesError extends SisyphusError {
  readonly code = 'MIGRATION_FOREIGN_TABLES';
  constructor(tables: readonly string[]) {
    super(
      `The tables ${tables.join(', ')} exist, but the ledger ${ledgerTable} records no migration, and they are not the ` +
        "draft's. Use another database, or rename them. If these very migrations made them under another ledger " +
        `(\`migrations.table\` in a drizzle config), copy its rows into ${ledgerTable}. Nothing was changed.`,
      { details: { tables } },
    );
  }
}

/** Another process kept the write lock past the deadline. Worth a retry; nothing was changed. */
export class MigrationLockedError extends SisyphusError {
  readonly code = 'MIGRATION_LOCKED';
  readonly retryable = true;
  constructor(waitMs: number, options: SisyphusErrorOptions) {
    super(
      `Another process held this database's write lock for more than ${waitMs} ms. Try again when it is done, or raise waitMs. Nothing was changed.`,
      { ...options, details: { waitMs } },
    );
  }
}

/** A statement of a migration, or of the adoption, was refused by the database; everything was rolled back. */
export class MigrationFailedError extends SisyphusError {
  readonly code = 'MIGRATION_FAILED';
  constructor(what: string, options: SisyphusErrorOptions) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(`${what} failed: ${reason}. Everything was rolled back; the database is as it was.`, options);
  }
}

function count(things: readonly unknown[], noun: string): string {
  return `${things.length} ${noun}${things.length === 1 ? '' : 's'}`;
}
