import { goesOnFrom, type Place } from './flow.js';
import { type DriveView, type Mail, type ModelStep, momentsOf } from './model-step.js';

/** How the steps of a branch stand at some instant of a drive, and what they have done and taken in it. */
export interface BranchMoment {
  readonly steps: ReadonlyMap<number, ModelStep>;
  /** The steps whose handlers were entered, in order. */
  readonly acted: readonly Place[];
  readonly taken: readonly Mail[];
  readonly stands: 'running' | 'open' | 'done' | 'failed';
}

/** All instants of a branch in one drive at which the run's end may meet it; the last is how it stands if nothing does. */
export function branchMoments(
  branch: readonly Place[],
  stepAt: (index: number) => ModelStep,
  view: DriveView,
): readonly BranchMoment[] {
  let so: BranchMoment = {
    steps: new Map(branch.map(({ index }) => [index, stepAt(index)])),
    ...{ acted: [], taken: [], stands: 'running' },
  };
  const moments = [so];
  for (const place of branch) {
    const before = so;
    const mail = view.mail.filter((piece) => !before.taken.includes(piece));
    for (const { step, hasActed, taken, stands } of momentsOf(place, stepAt(place.index), { ...view, mail })) {
      so = {
        steps: new Map(before.steps).set(place.index, step),
        acted: hasActed ? [...before.acted, place] : before.acted,
        taken: taken === null ? before.taken : [...before.taken, taken],
        stands: stands === 'done' && place !== branch.at(-1) ? 'running' : stands,
      };
      moments.push(so);
    }
    if (so.stands === 'open' || so.stands === 'failed') break;
  }
  return moments;
}

/** A step as the end of its run leaves it: what is under way is cancelled. */
export function whenEnded(step: ModelStep): ModelStep {
  const isOpen = step.status === 'pending' || step.status === 'waiting' || step.status === 'running';
  return isOpen ? { ...step, status: 'cancelled', wakeAt: null } : step;
}

/** Of a failing run: some step failed from which it does not go on. */
export function hasFailed(branch: readonly Place[], { steps }: BranchMoment): boolean {
  return branch.some((place) => steps.get(place.index)?.status === 'failed' && !goesOnFrom(place));
}
