import type { CodeWorkflow } from './code/code-workflow.js';
import type { Plan } from './definition/plan.js';

/** A workflow made ready to run: a plan that the engine walks, or a function that it replays. */
export type Program = Plan | CodeWorkflow;
