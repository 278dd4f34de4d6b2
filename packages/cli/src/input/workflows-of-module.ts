import { type CodeWorkflow, isCodeWorkflow } from '@sisyphus-state/executor';
import { UsageError } from '../errors/usage-error.js';
import type { ModuleExports } from './import-module.js';

/** The workflows as code that a module exports. */
export interface WorkflowModule {
  /** The module as it was named. */
  readonly name: string;
  /** Each once, in the order of the module's exports. */
  readonly workflows: readonly CodeWorkflow[];
  /** Its default export, when that is one of them. */
  readonly main: CodeWorkflow | null;
}

const wanted =
  "Export what defineWorkflow makes: export const order = defineWorkflow({ name: 'order' }, async (ctx, input) => …).";

/** So deep an export is looked into: what a CommonJS module exports may hold an array or a record. */
const maxDepth = 2;

/**
 * Finds the workflows in a module's exports, and in arrays and records of them; what else it exports is passed over.
 *
 * Throws `WORKFLOW_INVALID` for a module without any, and for an array that holds something else beside them.
 */
export function workflowsOf(module: ModuleExports, name: string): WorkflowModule {
  const found = new Set<CodeWorkflow>();
  for (const [exported, value] of Object.entries(module)) {
    const wrong = collect(value, maxDepth, found);
    if (wrong !== null) throw invalid(name, `exports as \`${exported}\` an array that holds ${wrong}`);
  }
  if (found.size === 0) throw invalid(name, nothingIn(Object.values(module)));
  return { name, workflows: [...found], main: isCodeWorkflow(module.default) ? module.default : null };
}

/** Tells a value that is a workflow as code, or holds some. */
export function holdsWorkflows(value: unknown): boolean {
  const found = new Set<CodeWorkflow>();
  collect(value, maxDepth, found);
  return found.size > 0;
}

/** Adds the workflows in a value; gives what makes no sense beside them, or null. */
function collect(value: unknown, depth: number, found: Set<CodeWorkflow>): string | null {
  if (isCodeWorkflow(value)) {
    found.add(value);
    return null;
  }
  if (Array.isArray(value)) return collectArray(value, found);
  if (depth === 0 || !isRecord(value)) return null;
  for (const each of Object.values(value)) {
    const wrong = collect(each, depth - 1, found);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** Any other array is none of ours. */
function collectArray(values: readonly unknown[], found: Set<CodeWorkflow>): string | null {
  const workflows = values.filter(isCodeWorkflow);
  if (workflows.length === 0) return null;
  const index = values.findIndex((value) => !isCodeWorkflow(value));
  if (index >= 0) return `workflows and, at ${index}, something else`;
  for (const workflow of workflows) found.add(workflow);
  return null;
}

function nothingIn(exported: readonly unknown[]): string {
  if (exported.length === 0) return 'exports nothing';
  if (exported.some(isData))
    return 'exports a workflow as data, which belongs into a YAML or JSON file, and none as code';
  if (exported.every((value) => typeof value === 'function'))
    return 'exports only functions, and a function does not say what its workflow is called';
  return 'exports no workflow as code';
}

function isData(value: unknown): boolean {
  return isRecord(value) && typeof value.name === 'string' && Array.isArray(value.steps);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function invalid(name: string, what: string): UsageError {
  return new UsageError('WORKFLOW_INVALID', `The module ${name} ${what}. ${wanted}`, { details: { module: name } });
}
