import type { CodeWorkflow } from './code/code-workflow.js';
import type { WorkflowDefinition } from './definition/definition.js';

/** A workflow as `execute` takes it: a definition as data, or a function made by `defineWorkflow`. */
export type Workflow = WorkflowDefinition | CodeWorkflow;
