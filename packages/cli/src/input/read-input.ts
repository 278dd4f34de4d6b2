import { type CodeWorkflow, isCodeWorkflow, type Workflow } from '@sisyphus-state/executor';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { UsageError } from '../errors/usage-error.js';
import { readNamedFile } from './read-file.js';

/** Reads what `--input` was given: JSON, or `@FILE` with JSON in it (`@-`: stdin). */
export async function readInput(given: string, cwd: string): Promise<unknown> {
  if (!given.startsWith('@')) return parseJson(given, '--input');
  const { text, source } = await readNamedFile(given.slice(1), 'input file', cwd);
  return parseJson(text, source);
}

/** Without `--input`, a workflow that takes an object gets an empty one: what it misses is then said by name. */
export function defaultInput(workflow: Workflow): unknown {
  if (isCodeWorkflow(workflow)) return takesAnObject(workflow) ? {} : undefined;
  const { input: schema } = workflow;
  return typeof schema === 'object' && schema.type === 'object' ? {} : undefined;
}

/** What a schema takes is known by asking it: it does not want nothing, and has no fault to find but with properties. */
function takesAnObject({ input }: CodeWorkflow): boolean {
  const faultsOf = (value: unknown) => {
    const checked = input?.['~standard'].validate(value);
    return checked === undefined || checked instanceof Promise ? null : (checked.issues ?? []);
  };
  const [nothing, empty] = [faultsOf(undefined), faultsOf({})];
  if (nothing === null || empty === null) return false;
  return nothing.length > 0 && empty.every(({ path = [] }) => path.length > 0);
}

/** Parses JSON, or throws `INPUT_NOT_JSON` that says where it stops being JSON. */
export function parseJson(text: string, source: string): unknown {
  // A byte order mark is no part of the text.
  const json = text.replace(/^\ufeff/, '');
  try {
    return JSON.parse(json);
  } catch (cause) {
    const { line, column, reason } = locateFault(json);
    const shown = json.split('\n')[line - 1]?.slice(0, 120) ?? '';
    const hint =
      source === '--input' ? ' Quote it for the shell: --input \'{"key": "value"}\', or use --input @FILE.' : '';
    throw new UsageError(
      'INPUT_NOT_JSON',
      `${source}:${line}:${column}: the input is no JSON (${reason}).${hint}${shown === '' ? '' : `\n  ${shown}`}`,
      { cause, details: { source, line, column } },
    );
  }
}

/** `JSON.parse` says where in its message only, and not always: a second parser is asked, for the place alone. */
function locateFault(text: string): { readonly line: number; readonly column: number; readonly reason: string } {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const [fault] = errors;
  const before = text.slice(0, fault?.offset ?? text.length).split('\n');
  return {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    reason: fault === undefined ? 'invalid text' : wordsOf(printParseErrorCode(fault.error)),
  };
}

/** `CommaExpected` → `comma expected`. */
function wordsOf(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
