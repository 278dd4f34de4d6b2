import type { HandlerRegistry } from '@sisyphus-state/handlers';
import { decodeValue, encodeValue, type JsonText } from '@sisyphus-state/store';
import { isEngineType } from '../definition/engine-types.js';
import type { Batch } from '../engine/batch.js';
import type { DrivenRun } from '../engine/driver-types.js';
import type { Unit } from '../engine/unit.js';
import { HandlerNotFoundError, StepFailedError } from '../errors.js';
import { checkedOutput } from './checked-output.js';
import { codeUnit, type StepAsked } from './code-step.js';
import type { CodeWorkflow } from './code-workflow.js';
import { makeContext } from './make-context.js';
import { NonDeterminismError } from './non-determinism-error.js';
import { OpenCalls } from './open-calls.js';
import { type RecordedStep, Replay } from './replay.js';

/** What a function's run needs of the run's progress. */
export interface FunctionPorts {
  readonly maxPayloadBytes: number;
  /** The store's clock. */
  readonly clock: () => number;
  readonly registry: HandlerRegistry;
  /** Something is to be taken in. */
  readonly changed: () => void;
  readonly start: (unit: Unit, batch: Batch) => void;
  /** Records a value that the function was given already. */
  readonly recordValue: (unit: Unit, text: JsonText | null, batch: Batch) => void;
  /** The function has seen the step's outcome. */
  readonly handedOver: (key: string) => void;
  /** Whether the function may see what happened since the run was taken. */
  readonly mayGoOn: () => boolean;
  /** Whether it may see what is recorded: to undo a run its steps have to be known. */
  readonly mayReplay: () => boolean;
  /** Whether what the function asks for may be started. */
  readonly mayStart: () => boolean;
}

/** How a function ended. */
export type FunctionEnd =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown };

interface Asked {
  readonly unit: Unit;
  /** The value of one that was given at once; its step is only put down. */
  readonly value?: JsonText | null;
}

const never = new Promise<never>(() => undefined);

/**
 * Runs a workflow's function: takes what it asks for, and hands over outcomes one at a time, with all microtasks between
 * them done, so that the function does the same in every replay.
 */
export class FunctionRun {
  /** Units with a compensation, in the order they were asked for. */
  readonly undoable: Unit[] = [];
  end: FunctionEnd | null = null;
  /** Steps whose failures came when the function had ended: it has gone on from none of them. */
  readonly unseen: string[] = [];
  fault: NonDeterminismError | null = null;
  readonly #workflow: CodeWorkflow;
  readonly #run: DrivenRun;
  readonly #ports: FunctionPorts;
  readonly #replay: Replay;
  readonly #calls = new OpenCalls();
  /** Asked for and not started yet. */
  #asked: Asked[] = [];
  /** Keys of steps with an outcome that the function has not seen. */
  #outcomes: string[] = [];
  #isFollowed = false;
  #isFresh = false;
  #isEndTaken = false;
  #isRevoked = false;
  #isCaughtUp = false;
  #moves = 0;
  #quietAt = -1;
  #quietCheck: NodeJS.Immediate | null = null;

  constructor(workflow: CodeWorkflow, run: DrivenRun, ports: FunctionPorts) {
    this.#workflow = workflow;
    this.#run = run;
    this.#ports = ports;
    this.#replay = new Replay(run.journal);
  }

  get hasMore(): boolean {
    if (this.end !== null && !this.#isEndTaken) return true;
    // What can't be taken in yet is no news, or the driver would look for it again and again.
    const hasOutcomes = this.#outcomes.length > 0 && this.#ports.mayGoOn();
    return hasOutcomes || (this.#asked.length > 0 && this.#ports.mayStart());
  }

  /** Enters the function; what it asks for before it first waits is in the batch when this returns. */
  call(batch: Batch): void {
    const { journal, input, runId } = this.#run;
    const context = makeContext({
      runId,
      ask: (asked) => this.#ask(asked),
      resultOf: (key) => decodeValue(journal.get(key)?.text ?? null),
      record: (key, type, make) => this.#value(key, type, make),
      isReplaying: () => this.#isReplaying(),
      now: () => Math.round(this.#ports.clock()),
    });
    this.#isFollowed = true;
    const returned = this.#enter(() => this.#workflow.run(context, decodeValue(encodeValue(input, { what: 'input' }))));
    returned.then(
      (value) => this.#ended({ kind: 'returned', value }),
      (error: unknown) => this.#ended({ kind: 'threw', error }),
    );
    this.#isFollowed = false;
    this.#isFresh = true;
    // Of a new run nothing is recorded: what it begins with belongs into the commit that creates it.
    if (this.#replay.isEmpty && this.#ports.mayStart() && this.#catchUp()) this.#start(batch);
  }

  /** A step has its outcome, which is recorded or will be in the batch at hand. */
  settled(key: string): void {
    this.#outcomes.push(key);
  }

  /** Hands over what there is to hand over, starts what is asked for in the end, and calls `then` when nothing more happens by itself. */
  follow(batch: Batch, then: () => void): void {
    this.#isFollowed = true;
    const finish = (): void => {
      this.#isFollowed = false;
      this.#isEndTaken = this.end !== null;
      then();
    };
    if (!this.#isFresh) return this.#goOn(batch, finish);
    this.#isFresh = false;
    this.#drain(() => this.#goOn(batch, finish));
  }

  /** Whether a whole turn of the event loop passed since the function last asked for something or was given something. */
  isQuiet(): boolean {
    if (this.#quietAt === this.#moves) return true;
    if (this.#quietCheck === null) this.#checkQuiet();
    return false;
  }

  /** The function is left alone from now on: its promises never settle. */
  revoke(): void {
    this.#isRevoked = true;
    if (this.#quietCheck !== null) clearImmediate(this.#quietCheck);
  }

  /** What a function throws before it first waits is a rejection like any other. */
  async #enter(run: () => Promise<unknown>): Promise<unknown> {
    return checkedOutput(this.#workflow, await run());
  }

  #ended(end: FunctionEnd): void {
    this.end = end;
    this.#moved();
  }

  #goOn(batch: Batch, then: () => void): void {
    if (this.#isRevoked) return;
    const isAllowed = this.#replay.next === null ? this.#ports.mayGoOn() : this.#ports.mayReplay();
    if (this.fault !== null || !isAllowed) return then();
    const key = this.#nextOutcome();
    if (this.fault !== null) return then();
    if (key !== null) {
      this.#handOver(key);
      return this.#drain(() => this.#goOn(batch, then));
    }
    if (!this.#catchUp() || this.#asked.length === 0 || !this.#ports.mayStart()) return then();
    this.#start(batch);
    return this.#goOn(batch, then);
  }

  /** What was recorded first comes first; then what settled since. */
  #nextOutcome(): string | null {
    const recorded = this.#replay.next;
    if (recorded === null) return this.#outcomes.shift() ?? null;
    if (!this.#calls.isOpen(recorded.key)) this.#deny(recorded);
    this.#replay.pass();
    return recorded.key;
  }

  /** All that is recorded was handed over: what had begun must have been asked for again. False when it was not. */
  #catchUp(): boolean {
    if (this.#isCaughtUp) return true;
    const forgotten = this.#replay.forgotten((key) => this.#calls.wasAsked(key));
    // What undoes a run asks for nothing more.
    if (forgotten !== null && this.#ports.mayStart()) this.#deny(forgotten);
    this.#isCaughtUp = this.fault === null;
    return this.#isCaughtUp;
  }

  #start(batch: Batch): void {
    for (const { unit, value } of this.#asked.splice(0)) {
      if (value !== undefined) this.#ports.recordValue(unit, value, batch);
      else if (this.end === null) this.#ports.start(unit, batch);
    }
  }

  #handOver(key: string): void {
    const entry = this.#run.journal.get(key);
    this.#moves += 1;
    if (entry?.status === 'failed' && this.end !== null) this.unseen.push(key);
    if (entry?.status === 'failed' && entry.error !== null)
      return this.#calls.reject(key, new StepFailedError(this.#run.runId, key, entry.error));
    this.#ports.handedOver(key);
    // A value of its own each time: what the function does to it is its own affair.
    this.#calls.resolve(key, decodeValue(entry?.text ?? null));
  }

  #ask(asked: StepAsked): Promise<unknown> {
    if (this.#isRevoked || this.fault !== null || this.end !== null) return never;
    this.#checkHandler(asked);
    const unit = codeUnit(asked, this.#ports.maxPayloadBytes);
    const entry = this.#run.journal.get(asked.key);
    if (this.#isOther(asked.key, asked.type)) return never;
    if (asked.compensate) this.undoable.push(unit);
    const isSettled = entry?.status === 'completed' || entry?.status === 'failed';
    if (!isSettled) this.#asked.push({ unit });
    this.#moved();
    return this.#calls.open(asked.key);
  }

  /** Before anything of it is recorded: given the handler, the run goes on from here. */
  #checkHandler({ key, type, run, transact, compensate }: StepAsked): void {
    const { registry } = this.#ports;
    const isOwn = run !== undefined || transact !== undefined || isEngineType(type);
    const needed = isOwn ? [] : [type];
    if (typeof compensate === 'object' && compensate !== null) needed.push(compensate.type);
    const missing = needed.filter((each) => !registry.has(each));
    if (missing.length === 0) return;
    const known = registry.list().map((handler) => handler.type);
    throw new HandlerNotFoundError(this.#workflow.name, new Map(missing.map((each) => [each, [key]])), known);
  }

  #value(key: string, type: string, make: () => unknown): unknown {
    const entry = this.#run.journal.get(key);
    if (entry?.status === 'completed') return decodeValue(entry.text);
    if (this.#isRevoked || this.end !== null) throw new Error(`Run ${this.#run.runId} is not run here any more.`);
    const text = encodeValue(make(), { what: key });
    const unit = codeUnit({ key, type, with: undefined, options: {} }, this.#ports.maxPayloadBytes);
    this.#run.journal.complete(key, text);
    this.#asked.push({ unit, value: text });
    this.#moved();
    return decodeValue(text);
  }

  #isReplaying(): boolean {
    if (this.#isCaughtUp) return false;
    return this.#replay.next !== null || this.#replay.forgotten((key) => this.#calls.wasAsked(key)) !== null;
  }

  /** The journal has a step of this name that was something else. */
  #isOther(key: string, type: string): boolean {
    const known = this.#run.journal.get(key);
    if (known === undefined || known.type === null || known.type === type) return false;
    this.#deny({ key, type: known.type, status: known.status }, `asks for "${key}" as ${type}`);
    return true;
  }

  #deny(recorded: RecordedStep, asked = this.#inPlace()): void {
    const { name, version } = this.#workflow;
    const workflow = `"${name}" version ${version}`;
    this.fault ??= new NonDeterminismError({ runId: this.#run.runId, workflow, recorded, asked });
    this.#moved();
  }

  #inPlace(): string {
    if (this.end !== null) return this.end.kind === 'returned' ? 'has returned' : `threw ${String(this.end.error)}`;
    const asked = this.#asked
      .filter(({ value }) => value === undefined)
      .map(({ unit: { key, call } }) => `"${key}" (${call.type})`);
    return asked.length === 0 ? 'asks for nothing' : `asks for ${asked.join(', ')}`;
  }

  #moved(): void {
    this.#moves += 1;
    if (!this.#isFollowed && !this.#isRevoked) this.#ports.changed();
  }

  /** Calls back when all microtasks are done, and those that they make. */
  #drain(then: () => void): void {
    queueMicrotask(() => process.nextTick(then));
  }

  #checkQuiet(): void {
    const moves = this.#moves;
    this.#quietCheck = setImmediate(() => {
      this.#quietCheck = null;
      if (moves !== this.#moves) return this.#checkQuiet();
      this.#quietAt = moves;
      this.#ports.changed();
    });
  }
}
