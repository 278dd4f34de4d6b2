import type { StepDefinition, WorkflowDefinition } from '@sisyphus-state/executor';
import fc from 'fast-check';

/** All times are multiples of it, clock moves too: whatever is not over lasts for longer than a minute, and nobody waits for it. */
export const tick = 180_000;

/** One step of a flow; its id is its place. */
export type StepSpec =
  | { readonly kind: 'act'; readonly undo: boolean }
  /** Fails while its run is younger than `healMs`; two attempts, `retryMs` apart. */
  | { readonly kind: 'flaky'; readonly healMs: number }
  | { readonly kind: 'once' }
  | { readonly kind: 'sleep'; readonly forMs: number }
  | { readonly kind: 'signal'; readonly timeoutMs: number | null }
  | { readonly kind: 'approval' };

/** Steps that run one after the other. */
export type Flow = readonly StepSpec[];

/** How long a flaky step waits between its attempts. */
export const retryMs = tick;
/** How many attempts a flaky step has. */
export const flakyAttempts = 2;

/** Any flow of a few steps. */
export const anyFlow: fc.Arbitrary<Flow> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('act' as const), undo: fc.boolean() }) },
    fc.record({ kind: fc.constant('flaky' as const), healMs: fc.constantFrom(0, tick, 2 * tick, 9 * tick) }),
    fc.constant({ kind: 'once' } as const),
    fc.record({ kind: fc.constant('sleep' as const), forMs: fc.constantFrom(tick, 2 * tick) }),
    fc.record({ kind: fc.constant('signal' as const), timeoutMs: fc.constantFrom(null, 2 * tick) }),
    fc.constant({ kind: 'approval' } as const),
  ),
  { minLength: 1, maxLength: 5 },
);

/** The id and key of a flow's step. */
export function keyOf(index: number): string {
  return `s${index}`;
}

/** The flow as the engine takes it. */
export function toWorkflow(flow: Flow): WorkflowDefinition {
  return { name: 'flow', steps: flow.map((spec, index) => ({ id: keyOf(index), ...stepOf(spec) })) };
}

function stepOf(spec: StepSpec): Omit<StepDefinition, 'id'> & { readonly type: string } {
  switch (spec.kind) {
    case 'act':
      return { type: 'act', ...(spec.undo && { compensate: { type: 'act' } }) };
    case 'flaky': {
      const retry = { attempts: flakyAttempts, backoff: retryMs, factor: 1, jitter: 'none' as const };
      return { type: 'flaky', with: { healMs: spec.healMs }, retry };
    }
    case 'once':
      return { type: 'act', delivery: 'at-most-once' as const };
    case 'sleep':
      return { type: 'sleep', with: { for: spec.forMs } };
    case 'signal':
      return { type: 'wait-for-signal', with: { signal: 'go', ...(spec.timeoutMs && { timeout: spec.timeoutMs }) } };
    default:
      return { type: 'approval', with: { message: 'well?' } };
  }
}
