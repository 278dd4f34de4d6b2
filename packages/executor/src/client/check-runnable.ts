import { DefinitionInvalidError } from '../definition/definition-invalid-error.js';
import { splitCall } from '../definition/inline-workflow.js';
import { stepCalls } from '../definition/step-calls.js';
import { parseCall } from '../engine/read-call.js';
import { DefinitionMissingError, HandlerNotFoundError } from '../errors.js';
import { isJsonObject } from '../expressions/json-value.js';
import type { Program } from '../program.js';
import type { Client } from './client.js';
import { findWorkflow } from './find-workflow.js';
import { checkHandlers } from './plan-source.js';

/**
 * Refuses a workflow that this executor can't run, before anything is written: a handler is missing, or a workflow that
 * one of its steps names.
 *
 * What an expression names is known when its step is reached; of those that are written out only they themselves are run here.
 */
export function checkRunnable(client: Pick<Client, 'engine' | 'workflows'>, program: Program): void {
  const runnable = runnableFor.get(client.workflows) ?? new WeakSet<Program>();
  if (runnable.has(program)) return;
  check(client, program);
  runnableFor.set(client.workflows, runnable.add(program));
}

/** An executor never loses a handler or a workflow, so what it can run it can run again. By its list of workflows, which is its own. */
const runnableFor = new WeakMap<Client['workflows'], WeakSet<Program>>();

function check(client: Pick<Client, 'engine' | 'workflows'>, program: Program): void {
  checkHandlers(program, client.engine.registry);
  if (program.kind === 'code') return;
  for (const { source } of program.steps)
    for (const call of [source, ...stepCalls(source).map((each) => each.call)]) {
      const { input } = splitCall(call);
      const { workflow = null } = call.type === 'workflow' && isJsonObject(input) ? (parseCall(input) ?? {}) : {};
      const isNamed = typeof workflow === 'string' && !workflow.includes('${{');
      if (isNamed && findWorkflow(client.workflows, workflow) === null)
        throw DefinitionMissingError.ofWorkflow(workflow, source.id);
    }
}

/** Tells what `checkRunnable`, or the choice of a definition, refuses a run for that another executor may be able to run. */
export function isMissingHere(error: unknown): boolean {
  return (
    error instanceof HandlerNotFoundError ||
    error instanceof DefinitionInvalidError ||
    error instanceof DefinitionMissingError
  );
}
