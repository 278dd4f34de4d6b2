export { auditEvents } from './audit-events.js';
export { payloads, runMailbox, workflowDefinitions } from './other-tables.js';
export { defaultSchema, sisyphusSchema } from './schema-name.js';
export { type SisyphusTables, tablesIn } from './tables.js';
export { workflowRuns } from './workflow-runs.js';
export { workflowSteps } from './workflow-steps.js';
