import fc from 'fast-check';

/** All times are multiples of it, clock moves too: whatever is not over lasts for longer than a minute, and nobody waits for it. */
export const tick = 180_000;

/** One step of a flow; its handler takes so many `turns` of the event loop. With `goesOn` the run goes on when it fails: `onError: continue`, or a `catch`. */
export type StepSpec =
  | { readonly kind: 'act'; readonly undo: boolean; readonly turns: number }
  /** Fails while its run is younger than `healMs`; its attempts are `retryMs` apart. */
  | {
      readonly kind: 'flaky';
      readonly healMs: number;
      readonly attempts: number;
      readonly turns: number;
      readonly goesOn: boolean;
    }
  | { readonly kind: 'once'; readonly goesOn: boolean }
  | { readonly kind: 'sleep'; readonly forMs: number }
  | { readonly kind: 'signal'; readonly timeoutMs: number | null; readonly goesOn: boolean }
  | { readonly kind: 'approval'; readonly goesOn: boolean };

/** Steps that run one after the other. */
export type Branch = readonly StepSpec[];

/** Stages one after the other, each of branches side by side: `needs` of data, a `Promise.all` of code. */
export interface Flow {
  readonly form: 'data' | 'code';
  readonly stages: readonly (readonly Branch[])[];
}

/** A step where it stands in its flow. */
export interface Place {
  readonly index: number;
  readonly spec: StepSpec;
  readonly stage: number;
  readonly branch: number;
  /** The key of the step, which in code is its label. */
  readonly key: string;
  /** The signal that one of that kind waits for: no two waits for one name are open at a time. */
  readonly signal: string;
  /** The steps it begins after, by their indexes. */
  readonly needs: readonly number[];
}

/** How long a flaky step waits between its attempts. */
export const retryMs = tick;

const goesOn = fc.constantFrom(false, false, true);
const turns = fc.constantFrom(0, 2);
// Weighted by how much there is to be wrong about: most of all what fails, alone and beside others.
const anyStep: fc.Arbitrary<StepSpec> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('act' as const), undo: fc.boolean(), turns }) },
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ kind: fc.constant('flaky' as const), healMs: fc.constantFrom(0, tick, 2 * tick, 9 * tick) },
      ...{ attempts: fc.constantFrom(1, 1, 2), turns, goesOn },
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('once' as const), goesOn }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('sleep' as const), forMs: fc.constantFrom(tick, 2 * tick) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('signal' as const), timeoutMs: fc.constantFrom(null, 2 * tick), goesOn }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('approval' as const), goesOn }) },
);

const alone = anyStep.map((step) => [[step]]);
const branch = fc.array(anyStep, { minLength: 1, maxLength: 2 });
const sideBySide = fc.array(branch, { minLength: 2, maxLength: 3 });

/** Any flow of a few steps, in one of these forms. */
export function anyFlow(forms: readonly Flow['form'][]): fc.Arbitrary<Flow> {
  const stages = fc.array(fc.oneof(alone, sideBySide), { minLength: 1, maxLength: 3 });
  return fc.record({ form: fc.constantFrom(...forms), stages });
}

/** The steps of a flow, stage by stage and in these branch by branch. */
export function placesOf({ form, stages }: Flow): readonly Place[] {
  const places: Place[] = [];
  const asked = new Map<string, number>();
  let before: readonly number[] = [];
  for (const [stage, branches] of stages.entries()) {
    const ends: number[] = [];
    for (const [branch, specs] of branches.entries()) {
      let needs = before;
      for (const spec of specs) {
        const index = places.length;
        const signal = `go${branch}`;
        const times = (asked.get(signal) ?? 0) + 1;
        if (spec.kind === 'signal') asked.set(signal, times);
        // Code names a wait by its signal, and the second one of a name by its number.
        const label = times === 1 ? signal : `${signal}#${times}`;
        const key = form === 'code' && spec.kind === 'signal' ? label : `s${index}`;
        places.push({ index, spec, stage, branch, key, signal, needs });
        needs = [index];
      }
      ends.push(places.length - 1);
    }
    before = ends;
  }
  return places;
}

/** The steps by stage and branch. */
export function stagesOf(flow: Flow): readonly (readonly (readonly Place[])[])[] {
  const places = placesOf(flow);
  return flow.stages.map((branches, stage) =>
    branches.map((_, branch) => places.filter((place) => place.stage === stage && place.branch === branch)),
  );
}

/** Whether a run goes on when the step fails. */
export function goesOnFrom({ spec }: Place): boolean {
  return 'goesOn' in spec && spec.goesOn;
}

/** What steps wait with when they begin: `null` for as long as it takes. */
export function waitMs(spec: StepSpec): number | null {
  if (spec.kind === 'sleep') return spec.forMs;
  return spec.kind === 'signal' ? spec.timeoutMs : null;
}
