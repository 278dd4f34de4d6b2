import { createHash } from 'node:crypto';
import { type CompiledValue, compileBareExpression, compileValue } from '../expressions/compile-value.js';
import type { JsonValue } from '../expressions/json-value.js';
import { conditionSource, readSingleExpression } from './single-expression.js';
import type { StepDefinition, WorkflowDefinition } from './definition.js';
import { canonicalJson } from './definition-hash.js';
import { InputInvalidError } from './input-invalid-error.js';
import { compileInputSchema, type InputValidator } from './input-schema.js';
import { parseDuration } from './parse-duration.js';
import type { Need, Plan, PlanStep } from './plan.js';
import { indexSteps, resolveNeeds } from './resolve-needs.js';
import { retryPolicy } from './retry-policy.js';

const plans = new WeakMap<WorkflowDefinition, Plan>();

/**
 * Compiles a definition to the plan that the engine walks; the same definition object gives the same plan.
 *
 * Takes only definitions that were checked (`checkDefinition`, `parseDefinition`) or stored, and checks nothing again.
 */
export function compileDefinition(definition: WorkflowDefinition): Plan {
  const known = plans.get(definition);
  if (known !== undefined) return known;
  const plan = compile(definition);
  plans.set(definition, plan);
  return plan;
}

function compile(definition: WorkflowDefinition): Plan {
  const { needs } = resolveNeeds(definition.steps, indexSteps(definition.steps.map((step) => step.id)));
  const steps = definition.steps.map((source, index) => compileStep(source, index, needs[index] ?? []));
  // A checked definition is plain JSON.
  const canonical = once(() => canonicalJson(definition as unknown as JsonValue));
  const hash = once(() => createHash('sha256').update(canonical()).digest('hex'));
  const byId = once(() => new Map(steps.map((step) => [step.id, step])));
  const output = once(() => optionalValue(definition.output, { owner: 'the workflow', path: 'output' }));
  const validate = once(() => inputValidator(definition));
  return {
    definition,
    name: definition.name,
    version: definition.version ?? null,
    steps,
    get canonical() {
      return canonical();
    },
    get hash() {
      return hash();
    },
    get byId() {
      return byId();
    },
    get output() {
      return output();
    },
    checkInput: (input) => {
      const issues = validate()(input);
      if (issues.length > 0) throw new InputInvalidError(definition.name, issues);
    },
  };
}

const DEFAULT_ITEM_NAME = 'item';
/** One item after the other, as one step after the other: running at the same time is asked for. */
const DEFAULT_CONCURRENCY = 1;

function compileStep(source: StepDefinition, index: number, needs: readonly Need[]): PlanStep {
  const owner = `step ${JSON.stringify(source.id)}`;
  const condition = once(() => compileCondition(source, owner));
  const foreach = once(() => compileForeach(source, owner));
  const input = once(() => compileValue(source.with ?? {}, { owner, path: 'with' }));
  return {
    index,
    id: source.id,
    type: source.type,
    needs,
    get condition() {
      return condition();
    },
    get foreach() {
      return foreach();
    },
    as: source.as ?? DEFAULT_ITEM_NAME,
    concurrency: source.concurrency ?? DEFAULT_CONCURRENCY,
    get with() {
      return input();
    },
    retry: retryPolicy(source.retry),
    timeoutMs: source.timeout === undefined ? null : parseDuration(source.timeout),
    delivery: source.delivery ?? null,
    source,
  };
}

function compileCondition(source: StepDefinition, owner: string): CompiledValue | null {
  const place = { owner, path: 'if' };
  if (source.if === undefined) return null;
  if (typeof source.if === 'boolean') return compileValue(source.if, place);
  return compileBareExpression(conditionSource(source.if) ?? source.if, place);
}

function compileForeach(source: StepDefinition, owner: string): CompiledValue | null {
  const place = { owner, path: 'foreach' };
  if (typeof source.foreach !== 'string') return optionalValue(source.foreach, place);
  const single = readSingleExpression(source.foreach);
  return single.kind === 'expression' ? compileBareExpression(single.source, place) : compileValue(source.foreach, place);
}

function optionalValue(value: JsonValue | undefined, place: { readonly owner: string; readonly path: string }): CompiledValue | null {
  return value === undefined ? null : compileValue(value, place);
}

function inputValidator(definition: WorkflowDefinition): InputValidator {
  if (definition.input === undefined) return () => [];
  const compiled = compileInputSchema(definition.input);
  if (compiled.ok) return compiled.validate;
  return () => compiled.issues.map((issue) => ({ path: 'input', message: `has a schema that is not valid: ${issue.message}` }));
}

/** Makes a value when it is first asked for. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
