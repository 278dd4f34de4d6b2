/**
 * One migration as it travels inside the package.
 *
 * `hash` is the SHA-256 of the file drizzle-kit wrote, byte for byte, and `createdAt` its `when` in the journal: both
 * doors write exactly these into the ledger.
 */
export interface EmbeddedMigration {
  /** The file's name without `.sql`: `0000_foundation`. */
  readonly tag: string;
  readonly createdAt: number;
  readonly hash: string;
  /** The file's statements, in order, as drizzle-kit's breakpoints cut them. */
  readonly statements: readonly string[];
}
