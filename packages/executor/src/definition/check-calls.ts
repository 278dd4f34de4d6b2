import { checkWait } from './check-engine-step.js';
import { checkType } from './check-type.js';
import type { StepDefinition } from './definition.js';
import type { Finding, IssuePath } from './definition-issue.js';
import type { DefinitionOptions } from './definition-options.js';
import { isEngineType } from './engine-types.js';
import { stepCalls } from './step-calls.js';

/** Checks what a step calls beside its own handler: that somebody can carry it out. */
export function checkCalls(step: StepDefinition, index: number, options: DefinitionOptions): readonly Finding[] {
  return stepCalls(step).flatMap(({ key, path, call }) => {
    const at: IssuePath = ['steps', index, ...path];
    const { type } = call;
    if (key === 'compensate' && isEngineType(type) && type !== 'workflow') return [waitUndoes(type, [...at, 'type'])];
    return [...checkType(type, [...at, 'type'], options), ...(isEngineType(type) ? checkWait(call, type, at) : [])];
  });
}

function waitUndoes(type: string, path: IssuePath): Finding {
  const message = `a step is undone by a handler or a workflow, and \`${type}\` only waits`;
  return { code: 'WRONG_VALUE', path, message, remedy: 'Name the type of a handler, or `workflow`.' };
}
