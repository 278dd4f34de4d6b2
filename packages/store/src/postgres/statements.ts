import type { SisyphusTables } from '@sisyphus-state/schema/postgres';
import { createStatement } from './create-statement.js';
import { prepareDue } from './due-statements.js';
import { preparePots } from './pot-statements.js';
import { prepareReads, prepareRunReads } from './read-statements.js';
import { prepareSmallWrites } from './small-statements.js';
import { writeStatement } from './write-statement.js';

/** Every statement of fixed shape; each connection prepares one at its first use. */
export type Statements = ReturnType<typeof prepareStatements>;

/** Makes the statements for a schema's tables; wake-ups go through `channel`. */
export function prepareStatements(tables: SisyphusTables, channel: string) {
  return {
    ...prepareRunReads(tables),
    ...prepareReads(tables),
    ...prepareSmallWrites(tables, channel),
    ...prepareDue(tables),
    ...preparePots(tables),
    /** Writes changes that touch no more of a run's row than its revision: the common step boundary. */
    writeSteps: writeStatement(tables, channel, { whole: false }),
    /** Writes any changes. */
    writeAll: writeStatement(tables, channel, { whole: true }),
    createRuns: createStatement(tables, channel),
  };
}
