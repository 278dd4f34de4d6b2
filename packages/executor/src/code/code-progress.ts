import type { MailboxRow } from '@sisyphus-state/schema';
import { encodeValue, type StepFailed, toStoredError } from '@sisyphus-state/store';
import type { AttemptOutcome } from '../engine/attempt.js';
import type { Batch, Ending, Failure, Verdict } from '../engine/batch.js';
import { Compensations } from '../engine/compensations.js';
import type { DrivenRun } from '../engine/driver-types.js';
import type { Completion, MakeProgress, Progress, ProgressPorts } from '../engine/progress.js';
import { StepRecorder } from '../engine/step-recorder.js';
import type { Unit } from '../engine/unit.js';
import { UnitRunner } from '../engine/unit-runner.js';
import { stepKeyOf } from './blame.js';
import { CodeContexts } from './code-contexts.js';
import { codeToUndo } from './code-to-undo.js';
import type { CodeWorkflow } from './code-workflow.js';
import { FunctionRun } from './function-run.js';

/** Replays a workflow's function over the run's journal, and goes on with it from there. */
export function codeProgress(workflow: CodeWorkflow): MakeProgress {
  return (run, ports) => new CodeProgress(workflow, run, ports);
}

/**
 * A run's progress through a function: the function asks, recorded outcomes are handed over in the order in which they
 * were recorded, and what is left is started when the journal has nothing more to say.
 */
export class CodeProgress implements Progress {
  ending: Ending | null = null;
  verdict: Verdict | null;
  readonly #run: DrivenRun;
  readonly #recorder: StepRecorder;
  readonly #units: UnitRunner;
  readonly #function: FunctionRun;
  readonly #contexts: CodeContexts;
  #undo: Compensations | null = null;
  #isStarted = false;

  constructor(workflow: CodeWorkflow, run: DrivenRun, ports: ProgressPorts) {
    const { journal, mail = [] } = run;
    this.#run = run;
    this.verdict = run.verdict ?? null;
    this.#recorder = new StepRecorder(journal, ports.registry);
    this.#contexts = new CodeContexts(journal, run.input);
    this.#units = new UnitRunner(this.#recorder, {
      ...{ random: ports.random, now: ports.now, mail, children: run.children ?? null },
      scopeOf: () => {
        throw new Error('What code asks for holds no expressions.');
      },
      mayStart: () => this.ending === null,
      replaced: () => undefined,
      completed: (unit, batch) => this.#over(unit, batch),
      lost: (unit, _: StepFailed, batch) => this.#over(unit, batch),
    });
    this.#function = new FunctionRun(workflow, run, {
      maxPayloadBytes: ports.maxPayloadBytes,
      clock: ports.clock,
      registry: ports.registry,
      changed: ports.changed,
      start: (unit, batch) => this.#units.start(unit, batch),
      recordValue: (unit, text, batch) => {
        this.#recorder.begin(unit, null, batch);
        this.#recorder.complete(unit.key, text, null, batch);
      },
      handedOver: (key) => this.#contexts.add(key),
      mayGoOn: () => this.ending === null,
      mayReplay: () => this.ending === null || this.ending.kind === 'cancelled',
      mayStart: () => this.ending === null && this.verdict === null,
    });
  }

  get isDone(): boolean {
    if (this.verdict !== null) return this.#undo?.isDone ?? false;
    return this.#function.end?.kind === 'returned' && this.fault === null;
  }

  get hasMore(): boolean {
    return this.ending === null && this.#function.hasMore;
  }

  get fault(): Error | null {
    return this.#function.fault;
  }

  advance(batch: Batch): void {
    if (this.#undo !== null) return this.#undo.goOn(batch);
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#function.call(batch);
  }

  wake(unit: Unit, batch: Batch): void {
    const isGivenUp = this.#undo !== null && unit.undoes === null;
    if (this.ending !== null || isGivenUp) return;
    this.#units.wake(unit, batch);
  }

  deliver(mail: readonly MailboxRow[], batch: Batch): void {
    if (this.ending === null) this.#units.deliver(mail, batch);
  }

  settle(unit: Unit, outcome: AttemptOutcome, batch: Batch): void {
    const isLost = this.ending?.kind === 'failed' || this.ending?.kind === 'cancelled' || this.isDone;
    if (isLost && outcome.kind === 'failed' && unit.call.transact === undefined)
      return this.#recorder.cancel(unit.key, this.#whyCancelled, batch, outcome);
    this.#units.settle(unit, outcome, batch);
  }

  follow(batch: Batch, then: () => void): void {
    if (this.#undo !== null) return then();
    this.#function.follow(batch, () => {
      this.#takeEnd(batch);
      then();
    });
  }

  mayPark(): boolean {
    return this.#undo !== null || this.#function.isQuiet();
  }

  giveUp(verdict: Verdict, batch: Batch): void {
    this.#cancelOpen(batch);
    batch.waits.length = 0;
    this.#units.forgetWaits();
    this.ending = null;
    this.verdict = verdict;
    const undo = this.#beginUndoing();
    if (undo.isDone) return;
    batch.changes.push({ type: 'workflow_ending', ...verdict });
    undo.goOn(batch);
  }

  completion(batch: Batch): Completion {
    const { end } = this.#function;
    const { runId } = this.#run;
    try {
      const value = end?.kind === 'returned' ? end.value : null;
      const output = encodeValue(value ?? null, { what: `output of run ${runId}` });
      const context = encodeValue(this.#contexts.now(), { what: `context of run ${runId}` });
      this.#cancelOpen(batch);
      return { type: 'workflow_completed', output, context };
    } catch (error) {
      return { error: toStoredError(error), stepKey: null };
    }
  }

  contextOf(): Readonly<Record<string, unknown>> {
    return this.#contexts.now();
  }

  revoke(): void {
    this.#function.revoke();
  }

  /** Takes in how the function ended, if it did, or why it can't go on. */
  #takeEnd(batch: Batch): void {
    const { end, fault } = this.#function;
    if (this.ending !== null) return;
    if (fault !== null) this.ending = { kind: 'paused', reason: `non_determinism: ${fault.message}`, mailId: null };
    else if (this.verdict !== null) this.#beginUndoing().goOn(batch);
    else if (end?.kind === 'threw') this.#fail(end.error, batch);
  }

  /** What failed beside the step that the function failed with was not gone on from: the run's end met it like any sibling. */
  #fail(error: unknown, batch: Batch): void {
    this.ending = { kind: 'failed', failure: this.#failureOf(error) };
    for (const key of this.#function.unseen) this.#recorder.cancelInstead(key, this.#whyCancelled, batch);
  }

  /** Of a step's failure the error is the step's own, whatever the function made of it on the way. */
  #failureOf(error: unknown): Failure {
    const stepKey = stepKeyOf(error);
    const entry = stepKey === null ? undefined : this.#run.journal.get(stepKey);
    const isOwn = error instanceof Error && 'code' in error && error.code === 'STEP_FAILED';
    return { stepKey, error: isOwn && entry?.error ? entry.error : toStoredError(error) };
  }

  #over(unit: Unit, batch: Batch): void {
    if (unit.undoes !== null) this.#undo?.over(batch);
    else this.#function.settled(unit.key);
  }

  #beginUndoing(): Compensations {
    this.#undo ??= new Compensations(codeToUndo(this.#function.undoable, this.#run.journal), {
      mayStart: () => this.ending === null,
      start: (unit, batch) => this.#units.start(unit, batch),
    });
    return this.#undo;
  }

  #cancelOpen(batch: Batch): void {
    for (const key of this.#run.journal.openKeys()) this.#recorder.cancel(key, this.#whyCancelled, batch);
  }

  get #whyCancelled(): string {
    if (this.ending?.kind === 'cancelled') return 'the run was cancelled';
    return this.ending?.kind === 'failed' ? 'the workflow failed' : 'the workflow returned';
  }
}
