import type { StepStatus } from '@sisyphus-state/schema';
import { type Flow, type Place, placesOf, stagesOf } from './flow.js';
import { type BranchMoment, branchMoments, hasFailed, whenEnded } from './model-branch.js';
import { type DriveView, isSettled, type Mail, type ModelStep, notBegun, type Resolution } from './model-step.js';

type RunStatus = 'pending' | 'waiting' | 'paused' | 'completed' | 'failed' | 'cancelled';

/**
 * What was found of a run after it was driven. It is asked only where the documentation leaves more than one outcome open: how
 * far the siblings of a failing step came, and what a process that died had begun.
 */
export interface Found {
  /** Null: it has not begun. */
  readonly stepAt: (key: string) => { readonly status: StepStatus; readonly used: number } | null;
  /** How many times a handler was entered for it, ever. */
  readonly timesOf: (key: string) => number;
  /** How many processes died on the way. */
  readonly crashes: number;
}

/** A run as the documentation says it goes: no commits, no leases, no processes. */
export class ModelRun {
  readonly id: string;
  readonly flow: Flow;
  readonly places: readonly Place[];
  readonly createdAt: number;
  readonly steps: ModelStep[];
  /** The steps that were over before it began: its source's. */
  readonly carriedOver: readonly number[];
  status: RunStatus = 'pending';
  wakeAt: number | null = null;
  /** It ended, and steps were undone: that is final. */
  isUndone = false;
  /** How many processes died while they had the run. */
  crashes = 0;
  /** Keys of what handlers were asked for, in order. */
  readonly effects: string[] = [];
  #hasBegun = false;
  #isCancelAsked = false;
  #mail: readonly Mail[] = [];

  /** `carried` are the steps that a fork has of its source. */
  constructor(id: string, flow: Flow, createdAt: number, carried: ReadonlyMap<number, ModelStep> = new Map()) {
    this.id = id;
    this.flow = flow;
    this.places = placesOf(flow);
    this.createdAt = createdAt;
    this.steps = this.places.map(({ index }) => {
      const step = carried.get(index);
      return step === undefined ? notBegun : { ...step, wakeAt: null, isCarried: true };
    });
    const over = this.places.filter((place) => isSettled(place, this.stepAt(place.index)));
    this.carriedOver = over.map(({ index }) => index);
  }

  get isOver(): boolean {
    return this.status === 'completed' || this.status === 'failed' || this.status === 'cancelled';
  }

  /** What it gives when it is completed. */
  get output(): unknown {
    return Object.fromEntries(
      this.places.map(({ key, index, spec }) => {
        const { status, value } = this.stepAt(index);
        return [key, spec.kind === 'approval' ? status : value];
      }),
    );
  }

  isDue(now: number): boolean {
    if (this.status === 'pending') return true;
    return this.status === 'waiting' && this.wakeAt !== null && this.wakeAt <= now;
  }

  /** Somebody takes it and drives it as far as it goes. */
  drive(now: number, found: Found): void {
    this.#hasBegun = true;
    this.status = 'pending';
    this.crashes += found.crashes;
    if (this.#isCancelAsked) return this.#end('cancelled');
    for (const stage of stagesOf(this.flow)) {
      const ways = stage.map((branch) => branchMoments(branch, (index) => this.stepAt(index), this.#view(now, found)));
      const last = ways.map((moments) => moments.at(-1)).filter((moment) => moment !== undefined);
      if (last.some(({ stands }) => stands === 'failed')) return this.#fail(stage, ways, found);
      for (const moment of last) this.#take(moment);
      if (last.some(({ stands }) => stands === 'open')) return this.#park();
    }
    this.status = 'completed';
    this.wakeAt = null;
  }

  signal(name: string, payload: number, now: number): 'received' | 'ended' {
    if (this.isOver) return 'ended';
    this.#receive({ kind: 'signal', name, payload }, now);
    return 'received';
  }

  /** False: nobody asked, or somebody has answered. */
  answer(index: number, answer: 'approved' | 'rejected', now: number): boolean {
    const isAsked = this.places[index]?.spec.kind === 'approval' && this.stepAt(index).status === 'waiting';
    if (this.isOver || !isAsked || this.#hasMail('approval', index)) return false;
    this.#receive({ kind: 'approval', index, answer }, now);
    return true;
  }

  /** The same of a step in doubt. */
  resolve(index: number, resolution: Resolution, now: number): boolean {
    if (this.isOver || this.stepAt(index).status !== 'in_doubt' || this.#hasMail('in_doubt', index)) return false;
    this.#receive({ kind: 'in_doubt', index, resolution }, now);
    return true;
  }

  pause(): 'paused' | 'unchanged' {
    if (this.isOver || this.status === 'paused') return 'unchanged';
    this.status = 'paused';
    this.wakeAt = null;
    return 'paused';
  }

  cancel(now: number): 'cancelled' | 'requested' | 'ended' {
    if (this.isOver) return 'ended';
    // What code has to undo only its replay can say.
    const mayUndo = this.flow.form === 'code' || this.places.some(({ spec }) => spec.kind === 'act' && spec.undo);
    if (!mayUndo || !this.#hasBegun) {
      this.#cancelOpen();
      this.status = 'cancelled';
      this.wakeAt = null;
      this.#isCancelAsked = false;
      return 'cancelled';
    }
    // A second request changes nothing, not even of a run that somebody paused since.
    if (this.#isCancelAsked) return 'requested';
    this.#isCancelAsked = true;
    if (this.status === 'paused') this.status = 'pending';
    this.#wake(now);
    return 'requested';
  }

  /** Makes it go on from whatever it stopped at; false when there is nothing to go on from. */
  resume(now: number, found: Found): boolean {
    if (this.isUndone) return false;
    if (this.status === 'completed') return true;
    if (this.isOver)
      for (const place of this.places) {
        const step = this.stepAt(place.index);
        const isLost = step.status === 'cancelled' || (step.status === 'failed' && !isSettled(place, step));
        if (isLost) this.steps[place.index] = { ...step, status: 'pending', used: 0, wakeAt: null };
      }
    this.drive(now, found);
    return true;
  }

  stepAt(index: number): ModelStep {
    const step = this.steps[index];
    if (step === undefined) throw new Error(`The flow has no step ${index}.`);
    return step;
  }

  #view(now: number, { crashes, stepAt }: Found): DriveView {
    const isDoubted = ({ key }: Place): boolean => stepAt(key)?.status === 'in_doubt';
    return { now, createdAt: this.createdAt, mail: this.#mail, hasCrashed: crashes > 0, isDoubted };
  }

  #take({ steps, acted, taken }: BranchMoment): void {
    for (const [index, step] of steps) this.steps[index] = step;
    this.effects.push(...acted.map(({ key }) => key));
    this.#mail = this.#mail.filter((mail) => !taken.includes(mail));
  }

  #park(): void {
    const wakes = this.steps.map(({ wakeAt }) => wakeAt).filter((wakeAt) => wakeAt !== null);
    this.status = 'waiting';
    this.wakeAt = wakes.length === 0 ? null : Math.min(...wakes);
  }

  /** A step fails for good: its siblings are stopped wherever they are, and nothing begins after it. */
  #fail(stage: readonly (readonly Place[])[], ways: readonly (readonly BranchMoment[])[], found: Found): void {
    const chosen = stage.map((branch, at) => {
      const moments = ways[at] ?? [];
      const fits = moments.filter((moment) => this.#isFound(branch, moment, found));
      const exact = fits.findLast(({ acted }) =>
        branch.every(({ key }) => this.#timesWith(key, acted) === found.timesOf(key)),
      );
      // After a crash a handler may have been entered more than once for what is one attempt.
      const likely = fits.findLast(({ acted }) =>
        branch.every(({ key }) => this.#timesWith(key, acted) <= found.timesOf(key)),
      );
      return exact ?? (this.crashes > 0 ? likely : undefined) ?? moments.at(-1);
    });
    const isFoundOut = chosen.some((moment, at) => moment !== undefined && hasFailed(stage[at] ?? [], moment));
    for (const [at, moment] of chosen.entries()) {
      // None that failed was found: that is no outcome, and the comparison says so.
      const taken = isFoundOut ? moment : ways[at]?.at(-1);
      if (taken !== undefined) this.#take(taken);
    }
    this.#end('failed');
  }

  #isFound(branch: readonly Place[], { steps }: BranchMoment, found: Found): boolean {
    return branch.every(({ index, key }) => {
      const { status, used } = whenEnded(steps.get(index) ?? notBegun);
      const is = found.stepAt(key);
      return is === null ? status === null : is.status === status && is.used === used;
    });
  }

  #timesWith(key: string, acted: readonly Place[]): number {
    const before = this.effects.filter((effect) => effect === key).length;
    return before + acted.filter((place) => place.key === key).length;
  }

  /** Open steps are cancelled, and what the run did itself is undone, the newest first. */
  #end(as: 'failed' | 'cancelled'): void {
    this.#cancelOpen();
    for (const { index, key, spec } of [...this.places].reverse()) {
      const step = this.stepAt(index);
      if (step.status !== 'completed' || step.isCarried || spec.kind !== 'act' || !spec.undo) continue;
      this.effects.push(`${key}/compensate`);
      this.steps[index] = { ...step, isUndone: true };
      this.isUndone = true;
    }
    this.status = as;
    this.wakeAt = null;
    this.#isCancelAsked = false;
  }

  #cancelOpen(): void {
    for (const [index, step] of this.steps.entries()) this.steps[index] = whenEnded(step);
  }

  #hasMail(kind: 'approval' | 'in_doubt', index: number): boolean {
    return this.#mail.some((mail) => mail.kind === kind && mail.index === index);
  }

  #receive(mail: Mail, now: number): void {
    this.#mail = [...this.#mail, mail];
    this.#wake(now);
  }

  #wake(now: number): void {
    if (this.status === 'waiting') this.wakeAt = now;
  }
}
