import type { WorkflowDefinition } from './definition/definition.js';

/** A workflow as `execute` takes it: a definition as data. */
export type Workflow = WorkflowDefinition;
