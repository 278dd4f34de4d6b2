import type { Delivery } from '@sisyphus-state/schema';
import type { CompiledValue } from '../expressions/compile-value.js';
import type { CallDefinition, ReserveDefinition, StepDefinition } from './definition.js';
import { compileCall } from './inline-workflow.js';
import type { PlanCall, PlanStep } from './plan.js';
import type { RetryPolicy } from './retry-policy.js';

/** What a step calls beside its own handler: tried and timed as the step says, delivered as the called handler says. */
export class CompiledCall implements PlanCall {
  readonly type: string;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number | null;
  readonly delivery: Delivery | null = null;
  readonly source: StepDefinition;
  readonly #path: string;
  #with: CompiledValue | undefined;

  /** `path` is where it stands in the step: `fallback[0].with`. */
  constructor(step: PlanStep, call: CallDefinition, path: string, retry: RetryPolicy) {
    const { with: _, ...others } = step.source;
    this.type = call.type;
    this.retry = retry;
    this.timeoutMs = step.timeoutMs;
    this.source = Object.freeze({ ...others, ...call });
    this.#path = path;
  }

  get reserve(): ReserveDefinition | undefined {
    return this.source.reserve;
  }

  get with(): CompiledValue {
    const place = { owner: `step ${JSON.stringify(this.source.id)}`, path: this.#path };
    this.#with ??= compileCall(this.source, place);
    return this.#with;
  }
}
