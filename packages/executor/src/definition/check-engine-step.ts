import { CALL_FORM, parseCall } from '../engine/read-call.js';
import { parseSleep, SLEEP_FORM } from '../engine/read-sleep.js';
import { parseWait, WAIT_FORMS } from '../engine/read-wait.js';
import { isJsonObject, type JsonObject } from '../expressions/json-value.js';
import type { CallDefinition, StepDefinition } from './definition.js';
import type { Finding, IssuePath } from './definition-issue.js';
import { type EngineType, isEngineType } from './engine-types.js';
import { splitCall } from './inline-workflow.js';
import { stepCalls } from './step-calls.js';

/** Keys that say something of attempts, of which a wait has none. */
const ATTEMPT_KEYS = ['retry', 'timeout', 'delivery', 'reserve'] as const;

/** Checks a step that the engine carries out itself; nothing to say of any other. */
export function checkEngineStep(step: StepDefinition, index: number): readonly Finding[] {
  if (!isEngineType(step.type)) return [];
  return [...checkWait(step, step.type, ['steps', index]), ...checkAttemptKeys(step, index)];
}

function checkAttemptKeys(step: StepDefinition, index: number): readonly Finding[] {
  // What is called in its place, or to undo it, has attempts all the same.
  const hasAttempts = stepCalls(step).some(({ call }) => !isEngineType(call.type));
  const misplaced = hasAttempts ? (['delivery'] as const) : ATTEMPT_KEYS;
  return (
    misplaced
      // Each attempt of a step that waits for a run is a run of its own.
      .filter((key) => key !== 'retry' || step.type !== 'workflow')
      .filter((key) => step[key] !== undefined)
      .map((key) => ({
        code: 'MISPLACED_KEY',
        path: ['steps', index, key],
        atKey: true,
        message: `\`${key}\` says something of attempts by a handler, and a \`${step.type}\` makes none`,
        remedy: key === 'timeout' ? 'Write it into `with`.' : `Take \`${key}\` out.`,
      }))
  );
}

interface WaitForm {
  readonly parse: (input: JsonObject) => object | null;
  readonly remedy: string;
}

const FORMS: Readonly<Record<EngineType, WaitForm>> = {
  sleep: { parse: parseSleep, remedy: `Write \`with: { for: 10m }\`. It takes ${SLEEP_FORM}.` },
  'wait-for-signal': {
    parse: (input) => parseWait('wait-for-signal', input),
    remedy: `Write \`with: { signal: approved, timeout: 2d }\`. It takes ${WAIT_FORMS['wait-for-signal']}.`,
  },
  approval: {
    parse: (input) => parseWait('approval', input),
    remedy: `Write \`with: { message: Publish?, timeout: 2d }\`. It takes ${WAIT_FORMS.approval}.`,
  },
  workflow: {
    parse: parseCall,
    remedy: `Write \`with: { workflow: ship, input: { order: 7 } }\`. It takes ${CALL_FORM}.`,
  },
};

/** Checks what a wait is told to wait for. */
export function checkWait(call: CallDefinition, type: EngineType, path: IssuePath): readonly Finding[] {
  const input = call.with ?? {};
  const { parse, remedy } = FORMS[type];
  if (holdsExpression(splitCall(call).input) || (isJsonObject(input) && parse(input) !== null)) return [];
  if (call.with === undefined) return [{ code: 'MISSING_KEY', path, message: `the ${type} has no \`with\``, remedy }];
  const message = `the \`with\` of a step of type ${type} does not say what it waits for`;
  return [{ code: 'WRONG_VALUE', path: [...path, 'with'], message, remedy }];
}

/** What an expression gives is known when the step is reached; then it is checked there. */
function holdsExpression(input: unknown): boolean {
  return JSON.stringify(input)?.includes('${{') ?? false;
}
