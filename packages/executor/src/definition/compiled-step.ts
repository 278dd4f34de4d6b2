import type { Delivery } from '@sisyphus-state/schema';
import {
  type CompiledValue,
  compileBareExpression,
  compileValue,
  type ValuePlace,
} from '../expressions/compile-value.js';
import { CompiledCall } from './compiled-call.js';
import type { ReserveDefinition, StepDefinition } from './definition.js';
import { compileCall } from './inline-workflow.js';
import { parseDuration } from './parse-duration.js';
import type { Need, PlanCall, PlanStep, Repeat } from './plan.js';
import { type RetryPolicy, retryPolicy } from './retry-policy.js';
import { conditionSource, readSingleExpression } from './single-expression.js';

const DEFAULT_ITEM_NAME = 'item';
/** One item after the other, as one step after the other: running at the same time is asked for. */
const DEFAULT_CONCURRENCY = 1;
/** A loop that nobody bounded ends all the same. */
const DEFAULT_MAX_REPEATS = 100;

/**
 * A step of a plan whose parts are compiled when they are first read.
 *
 * A class, not an object of closures: a resumed run makes ten thousand of these to run the last one.
 */
export class CompiledStep implements PlanStep {
  readonly index: number;
  readonly source: StepDefinition;
  readonly needs: readonly Need[];
  #condition: CompiledValue | null | undefined;
  #foreach: CompiledValue | null | undefined;
  #with: CompiledValue | undefined;
  #retry: RetryPolicy | undefined;
  #fallback: readonly PlanCall[] | undefined;
  #compensate: PlanCall | undefined;
  #repeat: Repeat | undefined;

  constructor(source: StepDefinition, index: number, needs: readonly Need[]) {
    this.index = index;
    this.source = source;
    this.needs = needs;
  }

  get id(): string {
    return this.source.id;
  }

  get type(): string {
    return this.source.type;
  }

  get condition(): CompiledValue | null {
    this.#condition ??= compileCondition(this.source);
    return this.#condition;
  }

  get foreach(): CompiledValue | null {
    this.#foreach ??= compileForeach(this.source);
    return this.#foreach;
  }

  get as(): string {
    return this.source.as ?? DEFAULT_ITEM_NAME;
  }

  get concurrency(): number {
    return this.source.concurrency ?? DEFAULT_CONCURRENCY;
  }

  get with(): CompiledValue {
    this.#with ??= compileCall(this.source, placeIn(this.source, 'with'));
    return this.#with;
  }

  get retry(): RetryPolicy {
    this.#retry ??= retryPolicy(this.source.retry);
    return this.#retry;
  }

  get timeoutMs(): number | null {
    return this.source.timeout === undefined ? null : parseDuration(this.source.timeout);
  }

  get continuesOnError(): boolean {
    return this.source.onError === 'continue';
  }

  get fallback(): readonly PlanCall[] {
    const { fallback } = this.source;
    if (fallback === undefined) return none;
    this.#fallback ??= fallback.map(
      (call, index) => new CompiledCall(this, call, `fallback[${index}].with`, this.retry),
    );
    return this.#fallback;
  }

  get compensate(): PlanCall | null {
    const { compensate, retry } = this.source;
    if (compensate === undefined) return null;
    // Given up at its first failure, what it was to undo would stay as it is.
    this.#compensate ??= new CompiledCall(this, compensate, 'compensate.with', retryPolicy(retry ?? {}));
    return this.#compensate;
  }

  get repeat(): Repeat | null {
    const { repeat } = this.source;
    if (repeat === undefined) return null;
    const { until, max = DEFAULT_MAX_REPEATS } = repeat;
    const place = placeIn(this.source, 'repeat.until');
    this.#repeat ??= { until: compileBareExpression(conditionSource(until) ?? until, place), max };
    return this.#repeat;
  }

  get reserve(): ReserveDefinition | undefined {
    return this.source.reserve;
  }

  get delivery(): Delivery | null {
    return this.source.delivery ?? null;
  }
}

const none: readonly PlanCall[] = Object.freeze([]);

function compileCondition(source: StepDefinition): CompiledValue | null {
  if (source.if === undefined) return null;
  const place = placeIn(source, 'if');
  if (typeof source.if === 'boolean') return compileValue(source.if, place);
  return compileBareExpression(conditionSource(source.if) ?? source.if, place);
}

function compileForeach(source: StepDefinition): CompiledValue | null {
  if (source.foreach === undefined) return null;
  const place = placeIn(source, 'foreach');
  const single = typeof source.foreach === 'string' ? readSingleExpression(source.foreach) : null;
  return single?.kind === 'expression'
    ? compileBareExpression(single.source, place)
    : compileValue(source.foreach, place);
}

function placeIn(source: StepDefinition, path: string): ValuePlace {
  return { owner: `step ${JSON.stringify(source.id)}`, path };
}
