export { auditEvents } from './audit-events.js';
export { payloads, runMailbox, workflowDefinitions } from './other-tables.js';
export { workflowRuns } from './workflow-runs.js';
export { workflowSteps } from './workflow-steps.js';
