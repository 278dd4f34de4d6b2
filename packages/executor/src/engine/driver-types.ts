import type { HandlerRegistry } from '@sisyphus-state/handlers';
import type { MailboxRow } from '@sisyphus-state/schema';
import type { WorkflowStore } from '@sisyphus-state/store';
import type { BreakerLimits } from '../definition/breaker-of.js';
import type { Verdict } from './batch.js';
import type { ChildRuns } from './child-runs.js';
import { isPlainObject } from './deep-freeze.js';
import type { Journal } from './journal.js';
import type { LiveObserver } from './live-event.js';
import type { MakeProgress } from './progress.js';

/** What all runs of an executor share. */
export interface Engine {
  readonly store: WorkflowStore;
  readonly registry: HandlerRegistry;
  /** Most bytes of JSON in one handler's result or one input. */
  readonly maxPayloadBytes: number;
  /** How long an aborted handler may take to end before it is abandoned. */
  readonly abortGraceMs: number;
  /** A run that has nothing to do for longer than this is given back to the store until it is due. */
  readonly parkAfterMs: number;
  /** Of workflows that say nothing of it themselves; default the engine's own. */
  readonly breaker?: BreakerLimits;
  readonly observe: LiveObserver | null;
  readonly random: () => number;
}

/** A run to drive: its workflow, and what is recorded of it. */
export interface DrivenRun {
  readonly runId: string;
  /** Goes through the run's workflow, data or code. */
  readonly makeProgress: MakeProgress;
  readonly input: unknown;
  readonly journal: Journal;
  /** Unread when the run was taken; none of a new run. */
  readonly mail?: readonly MailboxRow[];
  /** When the run is ended as failed; null: it has no deadline. */
  readonly deadlineAt?: number | null;
  /** The same for a run that is yet to be created: so long after that. */
  readonly deadlineMs?: number | null;
  /** It was about to end when it was taken: what is left of it is to be undone. */
  readonly verdict?: Verdict | null;
  /** Makes and minds the runs that its steps wait for. */
  readonly children?: ChildRuns;
  /** It stays here for a while, though all it can do is wait for other runs. */
  readonly lingers?: boolean;
}

/** How a run ended. */
export interface RunResult<Output = unknown> {
  readonly runId: string;
  readonly status: 'completed';
  /** The input and every step's plain-object result, merged in definition order. */
  readonly context: Readonly<Record<string, unknown>>;
  /** What the definition's `output` says, or the workflow's function returned; else null. */
  readonly output: Output;
}

/** A run that was given back because all it can do is wait, or because somebody paused it. */
export interface Parked {
  readonly runId: string;
  readonly status: 'waiting' | 'paused';
  /** What it waits for, or why it was paused. */
  readonly reason: string | null;
}

/** How the driving of a run ended, when not by an error. */
export type DriveResult = RunResult | Parked;

/** Makes a result of decoded values; a run's context is always an object. */
export function toRunResult(runId: string, context: unknown, output: unknown): RunResult {
  return { runId, status: 'completed', context: isPlainObject(context) ? context : {}, output: output ?? null };
}
