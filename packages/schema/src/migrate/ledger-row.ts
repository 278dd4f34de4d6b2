/** The table both doors keep their records in: never drizzle's default one, which belongs to the application. */
export const ledgerTable = '__sisyphus_migrations';

/** One row of the ledger: a migration that was applied. */
export interface LedgerRow {
  readonly hash: string;
  /** The migration's `when`, not the instant it was applied. */
  readonly createdAt: number;
}
