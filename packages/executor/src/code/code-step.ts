import type { HandlerRun, RegisteredHandler } from '@sisyphus-state/handlers';
import type { Delivery } from '@sisyphus-state/schema';
import { decodeValue, encodeValue } from '@sisyphus-state/store';
import { z } from 'zod';
import { stepShape } from '../definition/definition-shape.js';
import { parseDuration } from '../definition/parse-duration.js';
import type { PlanCall, PlanStep } from '../definition/plan.js';
import { retryPolicy } from '../definition/retry-policy.js';
import { deepFreeze } from '../engine/deep-freeze.js';
import type { Unit } from '../engine/unit.js';
import { StepValueError } from '../errors.js';
import type { CompiledValue } from '../expressions/compile-value.js';
import type { JsonValue } from '../expressions/json-value.js';
import type { StepOptions } from './workflow-context.js';

/** The types of steps that a workflow's own function carries out. */
export const FUNCTION_TYPE = 'function';
export const TRANSACTION_TYPE = 'transaction';

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
  readonly compensate?: ((run: HandlerRun) => unknown) | null;
}

const { type, retry, timeout, delivery } = stepShape.shape;
const optionsShape = z.strictObject({ type, retry, timeout, delivery });

/** Makes the unit of a step that code asks for. Throws `StepValueError` for options that are none, and what `encodeValue` refuses of its `with`. */
export function codeUnit(asked: StepAsked, maxBytes: number): Unit {
  const step = codeStep(asked, maxBytes);
  return { key: asked.key, step, item: null, iteration: null, call: step, standsFor: null, undoes: null };
}

function codeStep(asked: StepAsked, maxBytes: number): PlanStep {
  const { key, type, options, compensate = null } = asked;
  checkOptions(asked);
  const value = constant(key, asked.with, maxBytes);
  const call: PlanCall = {
    type,
    with: value,
    retry: retryPolicy(options.retry),
    timeoutMs: options.timeout === undefined ? null : parseDuration(options.timeout),
    delivery: options.delivery ?? null,
    source: Object.freeze({ id: key, type, ...(asked.with === undefined ? {} : { with: constantOf(value) }) }),
    handler: asked.run === undefined ? undefined : functionHandler(asked.run),
    transact: asked.transact,
  };
  const undo: PlanCall | null = compensate && {
    ...call,
    type: FUNCTION_TYPE,
    retry: retryPolicy(options.retry ?? {}),
    delivery: null,
    handler: functionHandler(compensate),
    transact: undefined,
  };
  const nothingElse = { index: 0, needs: [], condition: null, foreach: null, as: 'item', concurrency: 1 };
  return { ...call, ...nothingElse, id: key, continuesOnError: false, fallback: [], compensate: undo, repeat: null };
}

function checkOptions({ key, type, options }: StepAsked): void {
  if (typeof type === 'string' && type !== '' && Object.keys(options).length === 0) return;
  const checked = optionsShape.safeParse({ type, ...options });
  if (checked.success) return;
  const wrong = checked.error.issues.map(({ path, message }) => `${path.join('.') || 'its options'}: ${message}`);
  throw new StepValueError(`Step "${key}" can't be run as it is asked for: ${wrong.join('; ')}.`, {
    details: { stepKey: key },
  });
}

/** The value as it would be stored: what a handler sees is JSON, live and replayed. */
function constant(key: string, value: unknown, maxBytes: number): CompiledValue {
  const owner = `step ${JSON.stringify(key)}`;
  if (value === undefined) return { node: nothing, owner, isConstant: true };
  const text = encodeValue(value, { what: `"with" of step "${key}"`, maxBytes });
  const decoded = deepFreeze(decodeValue(text)) as JsonValue; // decoded from JSON text
  return { node: { kind: 'constant', value: decoded }, owner, isConstant: true };
}

const nothing = { kind: 'constant', value: Object.freeze({}) } as const;

function constantOf({ node }: CompiledValue): JsonValue {
  return node.kind === 'constant' ? node.value : null;
}

function functionHandler(run: (run: HandlerRun) => unknown): RegisteredHandler {
  const defined: { readonly type: string; readonly version: number; readonly delivery: Delivery } = {
    type: FUNCTION_TYPE,
    version: 1,
    delivery: 'at-least-once',
  };
  return { ...defined, kind: 'defined', handler: { ...defined, run: (_, attempt) => run(attempt) } };
}
