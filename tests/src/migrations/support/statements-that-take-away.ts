const additions = [
  /^CREATE TABLE `(?!__new_)\w+` \(/,
  /^CREATE (UNIQUE )?INDEX `\w+` ON `\w+`/,
  /^ALTER TABLE `\w+` ADD (COLUMN )?`\w+`/,
  // An index holds nothing of its own: without it statements give the same answers.
  /^DROP INDEX `\w+`;?$/,
];

/**
 * The statements of a SQLite migration that do anything but add a table or a column, or add or drop an index.
 *
 * drizzle-kit rebuilds a table (`__new_…`, copy, drop, rename) for changes SQLite cannot make in place. On a parent table
 * that fails inside its transaction, or deletes the children; and code of the version before must go on working.
 */
export function statementsThatTakeAway(sql: string): readonly string[] {
  const statements = sql.split('--> statement-breakpoint').map((statement) => statement.trim());
  return statements.filter(
    (statement) => !additions.some((addition) => addition.test(statement)) || holdsSeveral(statement),
  );
}

/** More than one statement without a breakpoint between them: the second would not be looked at, nor run. */
function holdsSeveral(statement: string): boolean {
  return /;\s*\S/.test(statement.replace(/'[^']*'/g, ''));
}
