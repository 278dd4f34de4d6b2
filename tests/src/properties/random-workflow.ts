import fc from 'fast-check';

/** A step, before it is written as one of a definition: what the reference model reads too. */
export interface StepSpec {
  readonly id: string;
  /** Places of steps before it; null is the step before it, as in a definition without `needs`. */
  readonly needs: readonly NeedSpec[] | null;
  /** `yes` and `no` are flags of the input; a number is a step that must have been skipped; null is no condition. */
  readonly condition: 'yes' | 'no' | number | null;
  readonly items: {
    readonly list: readonly unknown[];
    readonly from: 'definition' | 'input';
    readonly concurrency: number;
  } | null;
  readonly value: ValueSpec;
  readonly attempts: number;
  /** Attempts up to this one fail, always fewer than are allowed; or all until the run was mended after its failure. */
  readonly fail: number | 'until-mended';
  /** How long the handler takes, in turns of the event loop. */
  readonly turns: number;
}

export interface NeedSpec {
  readonly step: number;
  readonly optional: boolean;
}

/** What a step returns. */
export type ValueSpec =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'literal'; readonly value: unknown }
  /** A key of the context, which the input has and steps overwrite. */
  | { readonly kind: 'seed' }
  | { readonly kind: 'context' }
  | { readonly kind: 'item' }
  | { readonly kind: 'output'; readonly step: number };

/** Makes lists of steps of every form that this release knows. */
export function randomSteps(): fc.Arbitrary<readonly StepSpec[]> {
  return fc.array(rawStep, { minLength: 1, maxLength: 6 }).map((raws) => {
    const steps: StepSpec[] = [];
    for (const raw of raws) steps.push(completeStep(raw, steps));
    return steps;
  });
}

/** The places of all steps that a step needs, and those need, in definition order. */
export function closureOf(steps: readonly StepSpec[], index: number): readonly number[] {
  const found = new Set<number>();
  const open = directNeeds(steps[index], index).map(({ step }) => step);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...directNeeds(steps[next], next).map(({ step }) => step));
  }
  return [...found].sort((a, b) => a - b);
}

export function directNeeds(step: Pick<StepSpec, 'needs'> | undefined, index: number): readonly NeedSpec[] {
  return step?.needs ?? (index === 0 ? [] : [{ step: index - 1, optional: false }]);
}

const smallObject = fc.dictionary(fc.constantFrom('seed', 'a', 'b', '__proto__', 'é'), fc.nat(9), { maxKeys: 3 });
const literal = fc.oneof(smallObject, fc.constantFrom(0, '', false, null, 'text', [], [1, null]));

const rawStep = fc.record({
  needs: fc.option(fc.array(fc.record({ step: fc.nat(), optional: fc.boolean() }), { maxLength: 3 }), { freq: 2 }),
  condition: fc.oneof(
    { weight: 5, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constantFrom('yes' as const, 'no' as const) },
    fc.nat(),
  ),
  items: fc.option(
    fc.record({
      list: fc.array(literal, { maxLength: 4 }),
      from: fc.constantFrom('definition' as const, 'input' as const),
      concurrency: fc.integer({ min: 1, max: 3 }),
    }),
    { freq: 2 },
  ),
  kind: fc.constantFrom('nothing', 'literal', 'literal', 'seed', 'context', 'item', 'output'),
  literal,
  output: fc.nat(),
  attempts: fc.integer({ min: 1, max: 3 }),
  fail: fc.oneof({ weight: 5, arbitrary: fc.nat(2) }, fc.constant('until-mended' as const)),
  turns: fc.nat(3),
});

type RawStep = typeof rawStep extends fc.Arbitrary<infer Raw> ? Raw : never;

/** Numbers are taken modulo what there is, so that a smaller list of steps is a valid one too. */
function completeStep(raw: RawStep, before: readonly StepSpec[]): StepSpec {
  const index = before.length;
  const needs =
    raw.needs === null
      ? null
      : distinct(raw.needs.filter(() => index > 0).map((need) => ({ ...need, step: need.step % index })));
  const known = closureOf([...before, { needs } as StepSpec], index); // only its needs are read
  const condition = typeof raw.condition === 'number' ? pick(known, raw.condition) : raw.condition;
  const fail = raw.fail === 'until-mended' ? raw.fail : Math.min(raw.fail, raw.attempts - 1);
  const { items, attempts, turns } = raw;
  return { id: `s${index}`, needs, condition, items, value: completeValue(raw, known), attempts, fail, turns };
}

function completeValue(raw: RawStep, known: readonly number[]): ValueSpec {
  const step = pick(known, raw.output);
  if (raw.kind === 'output' && step !== null) return { kind: 'output', step };
  if (raw.kind === 'item' && raw.items !== null) return { kind: 'item' };
  if (raw.kind === 'nothing' || raw.kind === 'seed' || raw.kind === 'context') return { kind: raw.kind };
  return { kind: 'literal', value: raw.literal };
}

function pick(list: readonly number[], number: number): number | null {
  return list[number % list.length] ?? null;
}

function distinct(needs: readonly NeedSpec[]): readonly NeedSpec[] {
  return [...new Map(needs.map((need) => [need.step, need])).values()];
}
