import { Ajv, type ErrorObject, type Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { joinPath } from '../expressions/join-path.js';
import { isJsonObject, type JsonObject } from '../expressions/json-value.js';
import { linearRegExp } from './linear-reg-exp.js';

/** What is wrong with an input: `input.repo` and why. */
export interface InputIssue {
  readonly path: string;
  readonly message: string;
}

/** Gives all that is wrong with an input; nothing when it fits. */
export type InputValidator = (input: unknown) => readonly InputIssue[];

/** A schema's validator, or what is wrong with the schema and where in it. */
export type InputSchemaOutcome =
  | { readonly ok: true; readonly validate: InputValidator }
  | { readonly ok: false; readonly issues: readonly { readonly path: readonly string[]; readonly message: string }[] };

const OPTIONS: Options = {
  allErrors: true,
  // An unknown keyword is most likely a misspelt one. The rest of strict mode is a matter of taste.
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allowUnionTypes: true,
  // `format` is an annotation, as the standard has it by default; `pattern` is there for what must hold.
  validateFormats: false,
  addUsedSchema: false,
  logger: false,
  code: { regExp: linearRegExp },
};

/** A version of JSON Schema: what its `$schema` holds, and how its validators are made. */
interface Dialect {
  readonly mark: string;
  readonly make: (options: Options) => Ajv;
  /** Checks schemas against the dialect's own; compiling that one takes 50 ms, so it is done once. */
  checker: Ajv | null;
}

const DIALECTS: readonly Dialect[] = [
  { mark: '2020-12', make: (options) => new Ajv2020(options), checker: null },
  { mark: 'draft-07', make: (options) => new Ajv(options), checker: null },
];

/** Compiles a JSON Schema (2020-12; draft-07 when its `$schema` says so). Never throws. */
export function compileInputSchema(schema: JsonObject | boolean): InputSchemaOutcome {
  const declared = isJsonObject(schema) ? schema.$schema : undefined;
  const isMeant = ({ mark }: Dialect): boolean =>
    declared === undefined || (typeof declared === 'string' && declared.includes(mark));
  const dialect = DIALECTS.find(isMeant);
  if (dialect === undefined)
    return fault(['$schema'], 'it names no JSON Schema this release knows: 2020-12 or draft-07');
  try {
    return compileWith(dialect, schema);
  } catch (error) {
    return fault([], error instanceof Error ? error.message.replace('strict mode: ', '') : String(error));
  }
}

function compileWith(dialect: Dialect, schema: JsonObject | boolean): InputSchemaOutcome {
  dialect.checker ??= dialect.make(OPTIONS);
  const { checker } = dialect;
  if (checker.validateSchema(schema) !== true) {
    // The first error of each place says it; those after it are of the alternatives it did not match either.
    const first = new Map<string, ErrorObject>();
    for (const error of checker.errors ?? []) if (!first.has(error.instancePath)) first.set(error.instancePath, error);
    const issues = [...first].map(([pointer, error]) => ({ path: pointerParts(pointer), message: describe(error) }));
    return { ok: false, issues: issues.slice(0, 10) };
  }
  if (isJsonObject(schema) && '$async' in schema)
    return fault(['$async'], 'it is asynchronous, which an input schema can not be');
  // A validator keeps all it ever compiled, so each schema gets one of its own.
  const validate = dialect.make({ ...OPTIONS, meta: false, validateSchema: false }).compile(schema);
  return { ok: true, validate: (input) => (validate(input) ? [] : (validate.errors ?? []).map(toInputIssue)) };
}

function fault(path: readonly string[], message: string): InputSchemaOutcome {
  return { ok: false, issues: [{ path, message }] };
}

function toInputIssue(error: ErrorObject): InputIssue {
  const path = pointerParts(error.instancePath).reduce(
    (shown, part) => joinPath(shown, /^\d+$/.test(part) ? Number(part) : part),
    'input',
  );
  return { path, message: describe(error) };
}

function describe(error: ErrorObject): string {
  const { additionalProperty, unevaluatedProperty, allowedValues, allowedValue } = error.params;
  const extra: unknown = additionalProperty ?? unevaluatedProperty;
  if (typeof extra === 'string') return `${error.message}: ${JSON.stringify(extra)}`;
  if (Array.isArray(allowedValues))
    return `${error.message}: ${allowedValues.map((value) => JSON.stringify(value)).join(', ')}`;
  if (allowedValue !== undefined) return `${error.message}: ${JSON.stringify(allowedValue)}`;
  return error.message ?? error.keyword;
}

function pointerParts(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
