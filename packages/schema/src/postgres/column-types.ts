import { bigint, customType } from 'drizzle-orm/pg-core';

/**
 * A name or key of ours: ordered by its bytes, whatever the database's locale.
 *
 * Indexes over text in a locale's order break when the system's collation is upgraded, and compare more slowly.
 */
export const identifier = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

/** A whole number of up to 2^53: an instant in milliseconds, a count, a `seq`. */
export const wholeNumber = (name: string) => bigint(name, { mode: 'number' });
