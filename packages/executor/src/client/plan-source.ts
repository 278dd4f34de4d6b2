import type { HandlerRegistry } from '@sisyphus-state/handlers';
import type { JsonText, NewDefinition } from '@sisyphus-state/store';
import { checkDefinition } from '../definition/check-definition.js';
import { compileDefinition } from '../definition/compile-definition.js';
import type { WorkflowDefinition } from '../definition/definition.js';
import { isEngineType } from '../definition/engine-types.js';
import type { Plan } from '../definition/plan.js';
import { stepCalls } from '../definition/step-calls.js';
import { deepFreeze } from '../engine/deep-freeze.js';
import { DefinitionMissingError, HandlerNotFoundError } from '../errors.js';
import type { Workflow } from '../workflow.js';
import type { Client } from './client.js';

/** The plan of a workflow, checked; a name stands for one of the executor's workflows. Throws `DefinitionInvalidError`. */
export function planOf(client: Pick<Client, 'engine' | 'workflows'>, workflow: Workflow | string): Plan {
  if (typeof workflow !== 'string') return compileChecked(client.engine.registry, workflow);
  const known = client.workflows.get(workflow);
  if (known === undefined) throw new DefinitionMissingError('(new)', workflow);
  return compileChecked(client.engine.registry, known);
}

interface Compiled {
  readonly text: string;
  readonly plan: Plan;
}

/** By registry, because what is valid depends on it: a type that is a plain function may have steps with keys of their own. */
const compiledFor = new WeakMap<HandlerRegistry, WeakMap<object, Compiled>>();

/** Checking and compiling cost more than running a short workflow, so they are done once for what stayed the same. */
function compileChecked(registry: HandlerRegistry, workflow: Workflow): Plan {
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

/** Refuses a plan with steps that nobody here can run, before anything is written. */
export function checkHandlers(plan: Plan, registry: HandlerRegistry): void {
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

/** The plan's definition as it is stored. */
export function newDefinition({ hash, name, version, canonical }: Plan): NewDefinition {
  // Canonical JSON of a checked definition.
  return { hash, name, version, body: canonical as JsonText };
}
