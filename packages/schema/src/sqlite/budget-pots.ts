import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { workflowRuns } from './workflow-runs.js';

/** What runs with a budget and their descendants have used; `PotRow` in the model says what each column means. */
export const budgetPots = sqliteTable('budget_pots', {
  runId: text('run_id')
    .primaryKey()
    .references(() => workflowRuns.id),
  steps: integer('steps').notNull().default(0),
  attempts: integer('attempts').notNull().default(0),
  duration: integer('duration').notNull().default(0),
  tokens: integer('tokens').notNull().default(0),
  cost: integer('cost').notNull().default(0),
  reservedTokens: integer('reserved_tokens').notNull().default(0),
  reservedCost: integer('reserved_cost').notNull().default(0),
});
