import { type Flow, flakyAttempts, keyOf, retryMs, type StepSpec } from './flow.js';

type StepStatus = 'pending' | 'waiting' | 'completed' | 'failed' | 'cancelled' | 'in_doubt';

/** A step as its documentation says it is. */
export interface ModelStep {
  /** Null: it has not begun. */
  status: StepStatus | null;
  /** Attempts that count against its policy. */
  used: number;
  wakeAt: number | null;
  /** The fork has it of its source. */
  readonly isCarried: boolean;
  isUndone: boolean;
}

/** What somebody says of a step in doubt. */
export type Resolution = 'completed' | 'failed' | 'retry';

type RunStatus = 'pending' | 'waiting' | 'paused' | 'completed' | 'failed' | 'cancelled';

/** A run as the documentation says it goes: no commits, no leases, no processes. */
export class ModelRun {
  readonly id: string;
  readonly flow: Flow;
  readonly createdAt: number;
  readonly steps: ModelStep[];
  status: RunStatus = 'pending';
  wakeAt: number | null = null;
  /** It ended, and steps were undone: that is final. */
  isUndone = false;
  /** A process died while it had the run. */
  hasCrashed = false;
  /** Keys of what handlers were asked for, in order. */
  readonly effects: string[] = [];
  #hasBegun = false;
  #signals = 0;
  #isCancelAsked = false;
  readonly #answers = new Map<number, 'approved' | 'rejected'>();
  readonly #resolutions = new Map<number, Resolution>();

  /** `carried` are the steps that a fork has of its source. */
  constructor(id: string, flow: Flow, createdAt: number, carried: readonly ModelStep[] = []) {
    this.id = id;
    this.flow = flow;
    this.createdAt = createdAt;
    this.steps = flow.map((_, index) => {
      const { used = 0 } = carried[index] ?? {};
      const isCarried = index < carried.length;
      return { status: isCarried ? 'completed' : null, used, wakeAt: null, isCarried, isUndone: false };
    });
  }

  get isOver(): boolean {
    return this.status === 'completed' || this.status === 'failed' || this.status === 'cancelled';
  }

  isDue(now: number): boolean {
    if (this.status === 'pending') return true;
    return this.status === 'waiting' && this.wakeAt !== null && this.wakeAt <= now;
  }

  /** Somebody takes it and drives it as far as it goes; `isDoubted` tells of attempts that were cut off and must not be repeated. */
  drive(now: number, isDoubted: (index: number) => boolean): void {
    this.#hasBegun = true;
    this.status = 'pending';
    if (this.#isCancelAsked) return this.#end('cancelled');
    for (const [index, spec] of this.flow.entries()) {
      const end = this.#goThrough(index, spec, now, isDoubted);
      if (end === 'failed') return this.#end('failed');
      if (end === 'open') {
        this.status = 'waiting';
        this.wakeAt = this.#stepAt(index).wakeAt;
        return;
      }
    }
    this.status = 'completed';
    this.wakeAt = null;
  }

  signal(now: number): 'received' | 'ended' {
    if (this.isOver) return 'ended';
    this.#signals += 1;
    this.#wake(now);
    return 'received';
  }

  /** False: nobody asked, or somebody has answered. */
  answer(index: number, answer: 'approved' | 'rejected', now: number): boolean {
    if (this.isOver || this.#stepAt(index).status !== 'waiting' || this.#answers.has(index)) return false;
    this.#answers.set(index, answer);
    this.#wake(now);
    return true;
  }

  resolve(index: number, resolution: Resolution, now: number): boolean {
    if (this.isOver || this.#stepAt(index).status !== 'in_doubt' || this.#resolutions.has(index)) return false;
    this.#resolutions.set(index, resolution);
    this.#wake(now);
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
    const mayUndo = this.flow.some((spec) => spec.kind === 'act' && spec.undo);
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
  resume(now: number, isDoubted: (index: number) => boolean): boolean {
    if (this.isUndone) return false;
    if (this.status === 'completed') return true;
    if (this.isOver)
      for (const step of this.steps)
        if (step.status === 'failed' || step.status === 'cancelled')
          Object.assign(step, { status: 'pending', used: 0, wakeAt: null });
    this.drive(now, isDoubted);
    return true;
  }

  /** The fork of it from a step; null when that has not begun. */
  fork(id: string, from: number, now: number): ModelRun | null {
    if (this.#stepAt(from).status === null) return null;
    const undone = this.steps.findIndex(({ isUndone }) => isUndone);
    return new ModelRun(id, this.flow, now, this.steps.slice(0, undone === -1 ? from : Math.min(from, undone)));
  }

  #goThrough(
    index: number,
    spec: StepSpec,
    now: number,
    isDoubted: (index: number) => boolean,
  ): 'done' | 'open' | 'failed' {
    const step = this.#stepAt(index);
    if (step.status === 'completed') return 'done';
    if (spec.kind === 'sleep' || spec.kind === 'signal' || spec.kind === 'approval')
      return this.#await(index, spec, now);
    if (step.status === 'in_doubt') {
      const resolution = this.#resolutions.get(index);
      this.#resolutions.delete(index);
      if (resolution === undefined) return 'open';
      if (resolution !== 'retry') {
        step.status = resolution;
        return resolution === 'completed' ? 'done' : 'failed';
      }
      step.used = 0;
    }
    if (step.status === 'pending' && step.wakeAt !== null && step.wakeAt > now) return 'open';
    return this.#attempt(index, spec, now, isDoubted(index));
  }

  #attempt(index: number, spec: StepSpec, now: number, isDoubted: boolean): 'done' | 'open' | 'failed' {
    const step = this.#stepAt(index);
    this.effects.push(keyOf(index));
    step.used += 1;
    step.wakeAt = null;
    const fails = spec.kind === 'flaky' && now - this.createdAt < spec.healMs;
    if (spec.kind === 'once' && isDoubted) step.status = 'in_doubt';
    else if (!fails) step.status = 'completed';
    else if (step.used >= flakyAttempts) step.status = 'failed';
    else Object.assign(step, { status: 'pending', wakeAt: now + retryMs });
    if (step.status === 'completed') return 'done';
    return step.status === 'failed' ? 'failed' : 'open';
  }

  #await(index: number, spec: StepSpec, now: number): 'done' | 'open' | 'failed' {
    const step = this.#stepAt(index);
    if (step.status !== 'waiting') Object.assign(step, { status: 'waiting', wakeAt: endOf(spec, now) });
    const isTimeOver = step.wakeAt !== null && step.wakeAt <= now;
    const came = this.#take(index, spec);
    if (came === null && !isTimeOver) return 'open';
    step.status = came === 'rejected' || (came === null && spec.kind !== 'sleep') ? 'failed' : 'completed';
    return step.status === 'completed' ? 'done' : 'failed';
  }

  #take(index: number, { kind }: StepSpec): 'approved' | 'rejected' | null {
    if (kind === 'signal') {
      if (this.#signals === 0) return null;
      this.#signals -= 1;
      return 'approved';
    }
    const answer = this.#answers.get(index) ?? null;
    this.#answers.delete(index);
    return answer;
  }

  /** Open steps are cancelled, and what the run did itself is undone, the newest first. */
  #end(as: 'failed' | 'cancelled'): void {
    this.#cancelOpen();
    for (const [index, step] of [...this.steps.entries()].reverse()) {
      const spec = this.flow[index];
      if (step.status !== 'completed' || step.isCarried || spec?.kind !== 'act' || !spec.undo) continue;
      this.effects.push(`${keyOf(index)}/compensate`);
      step.isUndone = true;
      this.isUndone = true;
    }
    this.status = as;
    this.wakeAt = null;
    this.#isCancelAsked = false;
  }

  #cancelOpen(): void {
    for (const step of this.steps)
      if (step.status === 'pending' || step.status === 'waiting') step.status = 'cancelled';
  }

  #wake(now: number): void {
    if (this.status === 'waiting') this.wakeAt = now;
  }

  #stepAt(index: number): ModelStep {
    const step = this.steps[index];
    if (step === undefined) throw new Error(`The flow has no step ${index}.`);
    return step;
  }
}

function endOf(spec: StepSpec, now: number): number | null {
  if (spec.kind === 'sleep') return now + spec.forMs;
  return spec.kind === 'signal' && spec.timeoutMs !== null ? now + spec.timeoutMs : null;
}
