import type { HandlerRun, RegisteredHandler } from '@sisyphus-state/handlers';
import type { Delivery } from '@sisyphus-state/schema';
import { decodeValue, encodeValue } from '@sisyphus-state/store';
import { z } from 'zod';
import type { ReserveDefinition, StepDefinition } from '../definition/definition.js';
import { stepShape } from '../definition/definition-shape.js';
import { parseDuration } from '../definition/parse-duration.js';
import type { PlanCall, PlanStep } from '../definition/plan.js';
import { type RetryPolicy, retryPolicy } from '../definition/retry-policy.js';
import { deepFreeze } from '../engine/deep-freeze.js';
import type { Unit } from '../engine/unit.js';
import { StepValueError } from '../errors.js';
import type { CompiledValue } from '../expressions/compile-value.js';
import type { JsonValue } from '../expressions/json-value.js';
import type { StepOptions } from './workflow-context.js';

/** The type of steps that a function of the workflow's own code carries out. */
export const FUNCTION_TYPE = 'function';
/** The type of those that it carries out inside the transaction which records them. */
export const TRANSACTION_TYPE = 'transaction';

/** What undoes a step: a function, or a handler's call. */
export type Undoing = ((run: HandlerRun) => unknown) | { readonly type: string; readonly with?: unknown };

/** A step as code asks for it. */
export interface StepAsked {
  readonly key: string;
  readonly type: string;
  readonly with: unknown;
  readonly options: Omit<StepOptions, 'compensate'>;
  /** Carries the step out in place of the registry's handler. */
  readonly run?: (run: HandlerRun) => unknown;
  /** Carries it out inside the transaction that records it. */
  readonly transact?: (tx: unknown) => unknown;
  readonly compensate?: Undoing | null;
}

const { type, retry, timeout, delivery, reserve } = stepShape.shape;
const optionsShape = z.strictObject({ type, retry, timeout, delivery, reserve });
const once = retryPolicy(undefined);
const none: readonly never[] = Object.freeze([]);

/** Makes the unit of a step that code asks for. Throws `StepValueError` for options that are none, and what `encodeValue` refuses of its `with`. */
export function codeUnit(asked: StepAsked, maxBytes: number): Unit {
  checkOptions(asked);
  const step = new CodeStep(asked, maxBytes);
  return { key: asked.key, step, item: null, iteration: null, call: step, standsFor: null, undoes: null };
}

/** A class, not an object that is put together: a run may ask for ten thousand of these. */
class CodeStep implements PlanStep {
  readonly index = 0;
  readonly id: string;
  readonly type: string;
  readonly with: CompiledValue;
  readonly handler: RegisteredHandler | undefined;
  readonly transact: ((tx: unknown) => unknown) | undefined;
  readonly needs = none;
  readonly condition = null;
  readonly foreach = null;
  readonly as = 'item';
  readonly concurrency = 1;
  readonly continuesOnError = false;
  readonly fallback = none;
  readonly repeat = null;
  readonly compensate: PlanCall | null;
  readonly #options: StepAsked['options'];

  constructor({ key, type, with: input, options, run, transact, compensate }: StepAsked, maxBytes: number) {
    this.id = key;
    this.type = type;
    this.#options = options;
    this.with = constant(key, input, maxBytes);
    this.handler = run === undefined ? undefined : functionHandler(run);
    this.transact = transact;
    this.compensate = compensate ? new CodeUndoing(this, compensate, retryPolicy(options.retry ?? {}), maxBytes) : null;
  }

  get retry(): RetryPolicy {
    return this.#options.retry === undefined ? once : retryPolicy(this.#options.retry);
  }

  get timeoutMs(): number | null {
    return this.#options.timeout === undefined ? null : parseDuration(this.#options.timeout);
  }

  get delivery(): Delivery | null {
    return this.#options.delivery ?? null;
  }

  get reserve(): ReserveDefinition | undefined {
    return this.#options.reserve;
  }

  get source(): StepDefinition {
    return sourceOf(this.id, this.type, this.with);
  }
}

/** What undoes a step is tried as the step is; given up at its first failure, what it was to undo would stay as it is. */
class CodeUndoing implements PlanCall {
  readonly type: string;
  readonly with: CompiledValue;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number | null;
  readonly delivery = null;
  readonly reserve = undefined;
  readonly handler: RegisteredHandler | undefined;
  readonly source: StepDefinition;

  constructor(step: CodeStep, undoing: Undoing, policy: RetryPolicy, maxBytes: number) {
    const isFunction = typeof undoing === 'function';
    this.type = isFunction ? FUNCTION_TYPE : undoing.type;
    this.with = constant(`${step.id}/compensate`, isFunction ? undefined : undoing.with, maxBytes);
    this.retry = policy;
    this.timeoutMs = step.timeoutMs;
    this.handler = isFunction ? functionHandler(undoing) : undefined;
    this.source = sourceOf(step.id, this.type, this.with);
  }
}

function checkOptions({ key, type, options }: StepAsked): void {
  if (typeof type === 'string' && type !== '' && isEmpty(options)) return;
  const checked = optionsShape.safeParse({ type, ...options });
  if (checked.success) return;
  const wrong = checked.error.issues.map(({ path, message }) => `${path.join('.') || 'its options'}: ${message}`);
  throw new StepValueError(`Step "${key}" can't be run as it is asked for: ${wrong.join('; ')}.`, {
    details: { stepKey: key },
  });
}

function isEmpty(options: object): boolean {
  for (const _ in options) return false;
  return true;
}

/** The value as it would be stored: what a handler sees is JSON, live and replayed. */
function constant(key: string, value: unknown, maxBytes: number): CompiledValue {
  if (value === undefined) return nothing;
  const text = encodeValue(value, { what: `"with" of step "${key}"`, maxBytes });
  const decoded = deepFreeze(decodeValue(text)) as JsonValue; // decoded from JSON text
  return { node: { kind: 'constant', value: decoded }, owner: `step ${JSON.stringify(key)}`, isConstant: true };
}

const nothing: CompiledValue = {
  node: { kind: 'constant', value: Object.freeze({}) },
  owner: 'a step',
  isConstant: true,
};

function sourceOf(id: string, type: string, value: CompiledValue): StepDefinition {
  const { node } = value;
  if (value === nothing || node.kind !== 'constant') return Object.freeze({ id, type });
  return Object.freeze({ id, type, with: node.value });
}

function functionHandler(run: (run: HandlerRun) => unknown): RegisteredHandler {
  return {
    type: FUNCTION_TYPE,
    version: 1,
    delivery: 'at-least-once',
    kind: 'defined',
    handler: { type: FUNCTION_TYPE, version: 1, delivery: 'at-least-once', run: (_, attempt) => run(attempt) },
  };
}
