import { identifier, wholeNumber } from './column-types.js';
import { defaultSchema, tableIn } from './schema-name.js';
import { defineWorkflowRuns, workflowRuns } from './workflow-runs.js';

/** Declares what runs with a budget and their descendants have used; `PotRow` in the model says what each column means. */
export function defineBudgetPots(schema: string, runs = defineWorkflowRuns(schema)) {
  return tableIn(schema)('budget_pots', {
    runId: identifier('run_id')
      .primaryKey()
      .references(() => runs.id),
    steps: wholeNumber('steps').notNull().default(0),
    attempts: wholeNumber('attempts').notNull().default(0),
    duration: wholeNumber('duration').notNull().default(0),
    tokens: wholeNumber('tokens').notNull().default(0),
    cost: wholeNumber('cost').notNull().default(0),
    reservedTokens: wholeNumber('reserved_tokens').notNull().default(0),
    reservedCost: wholeNumber('reserved_cost').notNull().default(0),
  });
}

/** The pots in the default schema. */
export const budgetPots = defineBudgetPots(defaultSchema, workflowRuns);
