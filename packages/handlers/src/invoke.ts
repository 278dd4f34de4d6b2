import type { StandardSchemaV1 } from '@standard-schema/spec';
import { TerminalError } from './errors.js';
import type { Handler, HandlerRun } from './handler.js';
import type { RegisteredHandler } from './registry.js';

/** One call of a handler: the step's resolved `with`, and the attempt. */
export interface HandlerCall {
  readonly input: unknown;
  readonly run: HandlerRun;
}

/** One thing that is wrong with a value, and where: `to`, `items[0].name`, or `''` for the whole. */
export interface ValueIssue {
  readonly path: string;
  readonly message: string;
}

/** The step's `with` is not what the handler takes: code `HANDLER_INPUT_INVALID`, `details.issues` lists what is wrong. */
export class InputInvalidError extends TerminalError {
  constructor(type: string, stepKey: string, issues: readonly ValueIssue[]) {
    const said = `The "with" of step "${stepKey}" is not what the handler "${type}" takes: ${sentence(issues)}. Correct the step.`;
    super(said, { code: 'HANDLER_INPUT_INVALID', details: { type, stepKey, issues: issues.slice(0, KEPT_ISSUES) } });
  }
}

/** The handler returned what its own `output` schema refuses: code `HANDLER_OUTPUT_INVALID`, listed in `details.issues`. */
export class OutputInvalidError extends TerminalError {
  constructor(type: string, stepKey: string, issues: readonly ValueIssue[]) {
    const said = `The handler "${type}" returned for step "${stepKey}" what its output schema refuses: ${sentence(issues)}. Correct the handler.`;
    super(said, { code: 'HANDLER_OUTPUT_INVALID', details: { type, stepKey, issues: issues.slice(0, KEPT_ISSUES) } });
  }
}

/**
 * Calls a handler: checks its input, runs it, checks its output.
 *
 * Returns a promise only when the handler or one of its schemas does; a handler that throws at once makes this throw at
 * once. A plain function is called with the step and the context, unchecked.
 */
export function invokeHandler(registered: RegisteredHandler, { input, run }: HandlerCall): unknown {
  if (registered.kind === 'plain') return registered.handler(run.step, run.context);
  const { handler } = registered;
  if (handler.input === undefined) return runAndCheck(handler, input, run);
  const checked = handler.input['~standard'].validate(input);
  if (!isThenable(checked)) return runAndCheck(handler, acceptedInput(handler, checked, run), run);
  return checked.then((result) => {
    // Time has passed: an effect must not begin after its abort.
    run.signal.throwIfAborted();
    return runAndCheck(handler, acceptedInput(handler, result, run), run);
  });
}

function runAndCheck(handler: Handler, input: unknown, run: HandlerRun): unknown {
  const returned = handler.run(input, run);
  const schema = handler.output;
  if (schema === undefined) return returned;
  return isThenable(returned)
    ? returned.then((value) => checkOutput(handler, schema, value, run))
    : checkOutput(handler, schema, returned, run);
}

function checkOutput(handler: Handler, schema: StandardSchemaV1, returned: unknown, run: HandlerRun): unknown {
  const checked = schema['~standard'].validate(returned);
  return isThenable(checked)
    ? checked.then((result) => acceptedOutput(handler, result, run))
    : acceptedOutput(handler, checked, run);
}

function acceptedInput(handler: Handler, result: StandardSchemaV1.Result<unknown>, run: HandlerRun): unknown {
  if (result.issues === undefined) return result.value;
  throw new InputInvalidError(handler.type, run.stepKey, result.issues.map(toIssue));
}

function acceptedOutput(handler: Handler, result: StandardSchemaV1.Result<unknown>, run: HandlerRun): unknown {
  if (result.issues === undefined) return result.value;
  throw new OutputInvalidError(handler.type, run.stepKey, result.issues.map(toIssue));
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function toIssue({ path = [], message }: StandardSchemaV1.Issue): ValueIssue {
  let written = '';
  for (const segment of path) {
    const key = typeof segment === 'object' ? segment.key : segment;
    if (typeof key === 'number') written += `[${key}]`;
    else written += written === '' ? String(key) : `.${String(key)}`;
  }
  return { path: written, message };
}

// An input of thousands of wrong items must make neither a message nor a stored error of thousands of lines.
const SHOWN_ISSUES = 10;
const KEPT_ISSUES = 50;

function sentence(issues: readonly ValueIssue[]): string {
  const shown = issues
    .slice(0, SHOWN_ISSUES)
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const rest = issues.length - shown.length;
  return shown.join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}
