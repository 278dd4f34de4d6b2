import type { HandlerRegistry } from '@sisyphus-state/handlers';
import type { RunRow } from '@sisyphus-state/schema';
import type { JsonText, NewDefinition } from '@sisyphus-state/store';
import { codeProgress } from '../code/code-progress.js';
import { isCodeWorkflow } from '../code/code-workflow.js';
import { checkDefinition } from '../definition/check-definition.js';
import { compileDefinition } from '../definition/compile-definition.js';
import type { WorkflowDefinition } from '../definition/definition.js';
import { isEngineType } from '../definition/engine-types.js';
import type { Plan } from '../definition/plan.js';
import { stepCalls } from '../definition/step-calls.js';
import { deepFreeze } from '../engine/deep-freeze.js';
import type { MakeProgress } from '../engine/progress.js';
import { dataProgress } from '../engine/run-progress.js';
import { DefinitionMissingError, HandlerNotFoundError } from '../errors.js';
import type { Program } from '../program.js';
import type { Workflow } from '../workflow.js';
import type { Client } from './client.js';

/** A workflow made ready, checked; a name stands for the newest of the executor's workflows. Throws `DefinitionInvalidError`. */
export function programOf(client: Pick<Client, 'engine' | 'workflows'>, workflow: Workflow | string): Program {
  if (typeof workflow !== 'string')
    return isCodeWorkflow(workflow) ? workflow : compileChecked(client.engine.registry, workflow);
  const known = client.workflows.get(workflow);
  if (known === null) throw new DefinitionMissingError('(new)', workflow);
  return programOf(client, known);
}

/** What a run goes through when it has no stored definition: the executor's workflow of its name and version; null when that is not known. */
export function programOfRun(
  client: Pick<Client, 'engine' | 'workflows'>,
  { name, version }: Pick<RunRow, 'name' | 'version'>,
): Program | null {
  const known = client.workflows.get(name, version);
  return known === null ? null : programOf(client, known);
}

/** How the engine goes through a workflow. */
export function progressOf(program: Program): MakeProgress {
  return program.kind === 'code' ? codeProgress(program) : dataProgress(program);
}

interface Compiled {
  readonly text: string;
  readonly plan: Plan;
}

/** By registry, because what is valid depends on it: a type that is a plain function may have steps with keys of their own. */
const compiledFor = new WeakMap<HandlerRegistry, WeakMap<object, Compiled>>();

/** Checking and compiling cost more than running a short workflow, so they are done once for what stayed the same. */
function compileChecked(registry: HandlerRegistry, workflow: WorkflowDefinition): Plan {
  const compiled = compiledFor.get(registry) ?? new WeakMap<object, Compiled>();
  compiledFor.set(registry, compiled);
  const known = compiled.get(workflow);
  const text = JSON.stringify(workflow);
  if (known?.text === text) return known.plan;
  const isPlainType = (type: string): boolean => registry.get(type)?.kind === 'plain';
  const plan = compileDefinition(asStored(checkDefinition(workflow, { isPlainType })));
  compiled.set(workflow, { text, plan });
  return plan;
}

/**
 * The definition as a resume will read it: its keys in canonical order.
 *
 * An object's keys keep their order in inputs, results and outputs, so a run that followed the order as written would
 * end with other bytes than the same run resumed.
 */
function asStored(definition: WorkflowDefinition): WorkflowDefinition {
  // Canonical JSON of a checked definition.
  return deepFreeze(JSON.parse(compileDefinition(definition).canonical) as WorkflowDefinition);
}

/** Refuses a plan with steps that nobody here can run, before anything is written. Code says what it needs when it asks for it. */
export function checkHandlers(plan: Program, registry: HandlerRegistry): void {
  if (plan.kind === 'code') return;
  const missing = new Map<string, string[]>();
  for (const { id, type, source } of plan.steps) {
    for (const needed of [type, ...stepCalls(source).map(({ call }) => call.type)])
      if (!isEngineType(needed) && !registry.has(needed)) missing.set(needed, [...(missing.get(needed) ?? []), id]);
  }
  if (missing.size > 0)
    throw new HandlerNotFoundError(
      plan.name,
      missing,
      registry.list().map(({ type }) => type),
    );
}

/** The definition as it is stored; code is found by name and version, and is not. */
export function newDefinition(program: Program): NewDefinition | null {
  if (program.kind === 'code') return null;
  const { hash, name, version, canonical } = program;
  // Canonical JSON of a checked definition.
  return { hash, name, version, body: canonical as JsonText };
}
