/**
 * What a database is to these migrations.
 *
 * `new`: none of our tables. `migrated`: the ledger has rows. `draft`: tables of the draft's own code, which `migrate`
 * adopts. `foreign`: tables with our names that neither wrote; nobody touches them.
 */
export type DatabaseKind = 'new' | 'migrated' | 'draft' | 'foreign';

/** How far a database is migrated, for a person or a script to look at; reading it changes nothing. */
export interface MigrationStatus {
  readonly database: DatabaseKind;
  /** Tags of our migrations the ledger has. */
  readonly applied: readonly string[];
  /** Tags of our migrations that are still to be applied. */
  readonly pending: readonly string[];
  /** Hashes a newer version of the package recorded. */
  readonly unknown: readonly string[];
  /** Tags of our migrations that were applied with another text. */
  readonly edited: readonly string[];
  /** Names of tables that stand in the way; empty unless `database` is `foreign`. */
  readonly foreign: readonly string[];
}

/** What the draft's file held and where it went. */
export interface Adoption {
  readonly runs: number;
  readonly steps: number;
  readonly events: number;
  /** Rows that belong to no run: they stay in the `draft_*` tables only. */
  readonly orphans: number;
}

/** What `migrate` did; both empty when there was nothing to do. */
export interface MigrationResult {
  /** Tags of the migrations it applied, in order. */
  readonly applied: readonly string[];
  /** Given when the file was the draft's and was adopted. */
  readonly adopted: Adoption | null;
}
