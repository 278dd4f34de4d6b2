import type { StandardSchemaV1 } from '@standard-schema/spec';
import { z } from 'zod';
import type { BreakerDefinition, BudgetDefinition } from '../definition/definition.js';
import { DefinitionInvalidError } from '../definition/definition-invalid-error.js';
import { type DefinitionIssue, showPath } from '../definition/definition-issue.js';
import { workflowShape } from '../definition/definition-shape.js';
import type { Duration } from '../definition/parse-duration.js';
import { CODE_WORKFLOW, type CodeWorkflow } from './code-workflow.js';
import type { WorkflowContext } from './workflow-context.js';

/** What a workflow as code says of itself. */
export interface CodeWorkflowOptions<Input> {
  readonly name: string;
  /** From 1; default 1. A run goes on with the version it began with. */
  readonly version?: number;
  readonly description?: string;
  /** Any Standard Schema (zod, valibot, arktype): what it makes of the input is what is stored, so it must be JSON. */
  readonly input?: StandardSchemaV1<unknown, Input>;
  /** Types and checks what the function returns; without it the function's own type counts. */
  readonly output?: undefined;
  /** Default `default`. */
  readonly queue?: string;
  /** Higher first; default 0. */
  readonly priority?: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** What a run and its child runs may use up in all; a run whose budget is spent is paused. */
  readonly budget?: BudgetDefinition;
  /** How long after its creation a run that has not ended is ended as failed. */
  readonly deadline?: Duration;
  /** When a run that makes no progress is paused; default the executor's. */
  readonly breaker?: BreakerDefinition;
}

/** The same, with a schema of what the function returns: what it makes of that is what is stored. */
export interface CheckedCodeWorkflowOptions<Input, Output> extends Omit<CodeWorkflowOptions<Input>, 'output'> {
  readonly output: StandardSchemaV1<unknown, Output>;
}

const { name, version, description, queue, priority, tags, budget, deadline, breaker } = workflowShape.shape;
const shape = z.strictObject({
  ...{ name, version, description, queue, priority, tags, budget, deadline, breaker },
  input: z.custom<StandardSchemaV1>(isSchema, { error: 'expected a Standard Schema' }).optional(),
  output: z.custom<StandardSchemaV1>(isSchema, { error: 'expected a Standard Schema' }).optional(),
});

/**
 * Makes a workflow of a function, which is run once and replayed over its journal whenever the run is resumed.
 *
 * Give it to the executor's `workflows`, so that every process that may go on with a run knows its code. Throws
 * `DefinitionInvalidError`.
 */
export function defineWorkflow<Input = unknown, Output = unknown>(
  options: CheckedCodeWorkflowOptions<Input, Output>,
  run: (ctx: WorkflowContext, input: Input) => Promise<NoInfer<Output>>,
): CodeWorkflow<Input, Output>;
export function defineWorkflow<Input = unknown, Output = unknown>(
  options: CodeWorkflowOptions<Input>,
  run: (ctx: WorkflowContext, input: Input) => Promise<Output>,
): CodeWorkflow<Input, Output>;
export function defineWorkflow<Input, Output>(
  options: CheckedCodeWorkflowOptions<Input, Output> | CodeWorkflowOptions<Input>,
  run: (ctx: WorkflowContext, input: Input) => Promise<Output>,
): CodeWorkflow<Input, Output> {
  const checked = shape.safeParse(options);
  if (!checked.success) throw new DefinitionInvalidError(checked.error.issues.map(toIssue), options.name);
  if (typeof run !== 'function') throw new TypeError(`defineWorkflow takes the function of "${options.name}".`);
  return Object.freeze({
    ...options,
    version: options.version ?? 1,
    [CODE_WORKFLOW]: true as const,
    kind: 'code',
    run,
  });
}

function isSchema(value: unknown): boolean {
  // A schema may be a function (arktype's are).
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && '~standard' in value;
}

function toIssue({ path, message }: z.core.$ZodIssue): DefinitionIssue {
  const keys = path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const nowhere = { stepId: null, remedy: null, line: null, column: null };
  return { code: 'WRONG_VALUE', severity: 'error', path: showPath(keys), message, ...nowhere };
}
