import { compileValue } from '../compile-value.js';
import type { JsonObject, JsonValue } from '../json-value.js';
import { resolveValue } from '../resolve-value.js';
import type { Scope } from '../scope.js';
import { createStepsTable, type StepsTable } from '../steps-table.js';

/** Writes a source as the expression it is in a definition. */
export function expression(source: string): string {
  return `\${{ ${source} }}`;
}

/** What a test's expressions see; all of it frozen, as the engine's values are. */
export interface TestScope {
  readonly input?: unknown;
  readonly context?: JsonObject;
  readonly steps?: StepsTable;
}

/** A scope with two steps, `a` and `build-site`, both pending unless `steps` says otherwise. */
export function testScope({
  input = null,
  context = {},
  steps = createStepsTable(['a', 'build-site']),
}: TestScope = {}): Scope {
  const run = { id: 'run-1', name: 'test', version: null };
  return { input: freeze(input) as JsonValue, context: freeze(context), steps: steps.view, run };
}

/** Evaluates one expression over an input. */
export function evaluate(source: string, input: unknown = null): JsonValue {
  return resolve(expression(source), { input });
}

/** Resolves a value with all its expressions. */
export function resolve(value: JsonValue, scope: TestScope = {}): JsonValue {
  return resolveValue(compileValue(value, { owner: 'step "s"', path: 'with' }), testScope(scope));
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) freeze(item);
    Object.freeze(value);
  }
  return value;
}
