import { auditEvents, defineAuditEvents } from './audit-events.js';
import { budgetPots, defineBudgetPots } from './budget-pots.js';
import {
  definePayloads,
  defineRunMailbox,
  defineWorkflowDefinitions,
  payloads,
  runMailbox,
  workflowDefinitions,
} from './other-tables.js';
import { checkSchemaName, defaultSchema } from './schema-name.js';
import { defineWorkflowRuns, workflowRuns } from './workflow-runs.js';
import { defineWorkflowSteps, workflowSteps } from './workflow-steps.js';

/** All tables of one schema. */
export type SisyphusTables = ReturnType<typeof defineTables>;

const defaultTables: SisyphusTables = {
  workflowRuns,
  workflowSteps,
  auditEvents,
  workflowDefinitions,
  runMailbox,
  payloads,
  budgetPots,
};

/** Gives the tables of a schema, for a store that was opened with `{ schema }`; those of the default one are the exported ones. */
export function tablesIn(schema: string = defaultSchema): SisyphusTables {
  return schema === defaultSchema ? defaultTables : defineTables(checkSchemaName(schema));
}

function defineTables(schema: string) {
  const runs = defineWorkflowRuns(schema);
  return {
    workflowRuns: runs,
    workflowSteps: defineWorkflowSteps(schema, runs),
    auditEvents: defineAuditEvents(schema, runs),
    workflowDefinitions: defineWorkflowDefinitions(schema),
    runMailbox: defineRunMailbox(schema, runs),
    payloads: definePayloads(schema),
    budgetPots: defineBudgetPots(schema, runs),
  };
}
