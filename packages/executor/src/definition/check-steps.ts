import { CONSTANTS } from '../expressions/inspect-expression.js';
import type { JsonObject } from '../expressions/json-value.js';
import { SCOPE_NAMES } from '../expressions/scope.js';
import { checkCalls } from './check-calls.js';
import { checkEngineStep } from './check-engine-step.js';
import { unknownKey } from './check-shape.js';
import { checkType, notSupported } from './check-type.js';
import type { RetryDefinition, StepDefinition } from './definition.js';
import type { Finding } from './definition-issue.js';
import type { DefinitionOptions } from './definition-options.js';
import { STEP_KEYS } from './definition-shape.js';
import { NOT_SUPPORTED_YET } from './not-supported-yet.js';
import { readDuration } from './parse-duration.js';

/** Checks what one step's shape can't say: its type, its extra keys, and keys that only make sense together. */
export function checkStep(step: StepDefinition, index: number, options: DefinitionOptions): readonly Finding[] {
  return [
    ...checkId(step, index),
    ...checkType(step.type, ['steps', index, 'type'], options),
    ...checkExtraKeys(step, index, options),
    ...checkLoopKeys(step, index),
    ...checkRepeat(step, index),
    ...checkRetry(step.retry, index),
    ...checkEngineStep(step, index),
    ...checkCalls(step, index, options),
    ...checkSupport(step, index),
  ];
}

/** Tells whether `steps.<id>` can be written in an expression. */
export function isPlainId(id: string): boolean {
  return /^[A-Za-z_]\w*$/.test(id) && !['true', 'false', 'null', 'in'].includes(id);
}

function checkId(step: StepDefinition, index: number): readonly Finding[] {
  if (isPlainId(step.id)) return [];
  const message = `the id ${JSON.stringify(step.id)} is no name in an expression`;
  const remedy = `Expressions read it as ${showStep(step.id)}.`;
  return [{ code: 'ID_NEEDS_BRACKETS', severity: 'note', path: ['steps', index, 'id'], message, remedy }];
}

/** How an expression names a step. */
export function showStep(id: string): string {
  return isPlainId(id) ? `steps.${id}` : `steps['${id.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;
}

function checkExtraKeys(step: StepDefinition, index: number, options: DefinitionOptions): readonly Finding[] {
  const extra = Object.keys(step).filter((key) => !STEP_KEYS.includes(key));
  if (extra.length === 0 || options.isPlainType?.(step.type) === true) return [];
  return extra.map((key) => unknownKey(key, ['steps', index], STEP_KEYS));
}

const RESERVED_WORDS =
  'as break const continue else false for function if import in let loop namespace null package prototype return true var void while __proto__';
const RESERVED_ITEM_NAMES: ReadonlySet<string> = new Set([
  ...SCOPE_NAMES,
  ...CONSTANTS,
  'index',
  ...RESERVED_WORDS.split(' '),
]);

function checkLoopKeys(step: StepDefinition, index: number): readonly Finding[] {
  const path = ['steps', index] as const;
  if (step.foreach === undefined) {
    return ['as', 'concurrency'].flatMap((key): Finding[] => {
      if (step[key] === undefined) return [];
      const message = `\`${key}\` says something of a \`foreach\`, and this step has none`;
      return [
        {
          code: 'MISPLACED_KEY',
          path: [...path, key],
          atKey: true,
          message,
          remedy: `Add \`foreach\`, or take \`${key}\` out.`,
        },
      ];
    });
  }
  if (step.as === undefined || !RESERVED_ITEM_NAMES.has(step.as)) return [];
  const message = `\`as: ${step.as}\` takes a name that means something else in expressions`;
  return [{ code: 'WRONG_VALUE', path: [...path, 'as'], message, remedy: 'Choose another name, such as `item`.' }];
}

function checkRepeat({ repeat, foreach }: StepDefinition, index: number): readonly Finding[] {
  if (repeat === undefined || foreach === undefined) return [];
  const message = '`repeat` runs a step one time after the other, and this one runs over a list';
  const remedy = 'Take `foreach` out, or make two steps of it.';
  return [{ code: 'MISPLACED_KEY', path: ['steps', index, 'repeat'], atKey: true, message, remedy }];
}

function checkRetry(retry: RetryDefinition | undefined, index: number): readonly Finding[] {
  if (retry?.backoff === undefined || retry.maxBackoff === undefined) return [];
  if ((readDuration(retry.backoff) ?? 0) <= (readDuration(retry.maxBackoff) ?? 0)) return [];
  const message = `\`maxBackoff\` (${retry.maxBackoff}) is shorter than \`backoff\` (${retry.backoff})`;
  return [
    {
      code: 'WRONG_VALUE',
      path: ['steps', index, 'retry', 'maxBackoff'],
      message,
      remedy: 'Make it at least as long.',
    },
  ];
}

function checkSupport(step: StepDefinition, index: number): readonly Finding[] {
  return NOT_SUPPORTED_YET.stepKeys
    .filter((key) => step[key] !== undefined)
    .map((key) => notSupported(`\`${key}\``, ['steps', index, String(key)], true));
}

/** Checks the workflow's own keys against what this release can run. */
export function checkWorkflowSupport(definition: JsonObject): readonly Finding[] {
  return NOT_SUPPORTED_YET.workflowKeys
    .filter((key) => definition[key] !== undefined)
    .map((key) => notSupported(`\`${key}\``, [key], true));
}
