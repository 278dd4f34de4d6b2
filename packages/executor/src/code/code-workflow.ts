import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { BreakerDefinition, BudgetDefinition } from '../definition/definition.js';
import type { Duration } from '../definition/parse-duration.js';
import type { WorkflowContext } from './workflow-context.js';

/** Shared by all copies of this package, so that each knows the others' workflows. */
export const CODE_WORKFLOW: unique symbol = Symbol.for('sisyphus-state.code-workflow');

/** A workflow as code: a function that is replayed over its journal; made by `defineWorkflow`. */
export interface CodeWorkflow<Input = unknown, Output = unknown> {
  readonly [CODE_WORKFLOW]: true;
  readonly kind: 'code';
  readonly name: string;
  /** From 1. Runs stay with the version they began with: keep the old one beside the new one until they have ended. */
  readonly version: number;
  readonly description?: string;
  /** Types and checks what a run is started with. */
  readonly input?: StandardSchemaV1<unknown, Input>;
  /** Types and checks what the function returns. */
  readonly output?: StandardSchemaV1<unknown, Output>;
  readonly queue?: string;
  readonly priority?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly budget?: BudgetDefinition;
  readonly deadline?: Duration;
  readonly breaker?: BreakerDefinition;
  run(ctx: WorkflowContext, input: Input): Promise<unknown>;
}

/** Tells a workflow as code from one as data. */
export function isCodeWorkflow(value: unknown): value is CodeWorkflow {
  return typeof value === 'object' && value !== null && CODE_WORKFLOW in value;
}
