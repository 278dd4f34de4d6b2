import { closureOf, directNeeds, type StepSpec } from './random-workflow.js';
import { inputOf } from './write-workflow.js';

/** What a run must come to, whatever happened on the way. */
export interface ExpectedEnd {
  readonly context: unknown;
  readonly output: unknown;
  /** By step key, items included: a result, or null; `status` is `completed` or `skipped`. */
  readonly steps: ReadonlyMap<string, { readonly status: 'completed' | 'skipped'; readonly result: unknown }>;
}

/** Walks the steps in the order they are written: no time, no failures, no crashes. That is all an ended run may depend on. */
export function expectEnd(specs: readonly StepSpec[]): ExpectedEnd {
  const steps = new Map<string, { readonly status: 'completed' | 'skipped'; readonly result: unknown }>();
  const skipped = new Set<number>();
  const outputs: unknown[] = [];
  const merged: unknown[] = [];
  const contextOf = (indexes: readonly number[]): Readonly<Record<string, unknown>> =>
    indexes.reduce<Record<string, unknown>>(
      (context, index) => merge(context, merged[index]),
      merge({}, inputOf(specs)),
    );

  for (const [index, spec] of specs.entries()) {
    outputs.push(null);
    if (isSkipped(spec, index, skipped)) {
      skipped.add(index);
      steps.set(spec.id, { status: 'skipped', result: null });
      continue;
    }
    const context = contextOf(closureOf(specs, index));
    if (spec.items === null) {
      const result = resultOf(spec, { context, outputs, item: null });
      merged[index] = result;
      outputs[index] = result;
      steps.set(spec.id, { status: 'completed', result });
      continue;
    }
    const results = spec.items.list.map((item) => resultOf(spec, { context, outputs, item }));
    for (const [at, result] of results.entries()) steps.set(`${spec.id}[${at}]`, { status: 'completed', result });
    outputs[index] = results;
    steps.set(spec.id, { status: 'completed', result: null });
  }
  return { context: contextOf([...specs.keys()]), output: { all: outputs }, steps };
}

function isSkipped(spec: StepSpec, index: number, skipped: ReadonlySet<number>): boolean {
  if (directNeeds(spec, index).some(({ step, optional }) => !optional && skipped.has(step))) return true;
  return spec.condition === 'no' || (typeof spec.condition === 'number' && !skipped.has(spec.condition));
}

interface Around {
  readonly context: Readonly<Record<string, unknown>>;
  readonly outputs: readonly unknown[];
  readonly item: unknown;
}

function resultOf({ value }: StepSpec, { context, outputs, item }: Around): unknown {
  if (value.kind === 'literal') return value.value;
  if (value.kind === 'seed') return context.seed;
  if (value.kind === 'context') return context;
  if (value.kind === 'item') return item;
  return value.kind === 'output' ? outputs[value.step] : null;
}

function merge(context: Record<string, unknown>, result: unknown): Record<string, unknown> {
  const isObject = typeof result === 'object' && result !== null && !Array.isArray(result);
  return isObject ? { ...context, ...result } : context;
}
