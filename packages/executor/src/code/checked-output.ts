import { SisyphusError } from '@sisyphus-state/schema';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { CodeWorkflow } from './code-workflow.js';

/** A workflow's function returned what its own `output` schema refuses; its steps stay completed. */
export class WorkflowOutputInvalidError extends SisyphusError {
  readonly code = 'OUTPUT_INVALID';
  readonly retryable = false;
  constructor(workflow: string, issues: readonly StandardSchemaV1.Issue[]) {
    const shown = issues.map(({ message, path = [] }) => `${path.map(keyOf).join('.') || 'the value'}: ${message}`);
    super(`Workflow "${workflow}" returned what its output schema refuses: ${shown.slice(0, 20).join('; ')}.`, {
      details: { workflow, issues: shown.slice(0, 20) },
    });
  }
}

/** What a function returned, as its schema makes it; as it is without one. */
export function checkedOutput({ name, output }: CodeWorkflow, value: unknown): unknown {
  if (output === undefined) return value;
  const checked = output['~standard'].validate(value);
  return checked instanceof Promise ? checked.then((result) => accept(name, result)) : accept(name, checked);
}

function accept(workflow: string, result: StandardSchemaV1.Result<unknown>): unknown {
  if (result.issues === undefined) return result.value;
  throw new WorkflowOutputInvalidError(workflow, result.issues);
}

function keyOf(part: PropertyKey | StandardSchemaV1.PathSegment): string {
  return String(typeof part === 'object' ? part.key : part);
}
