import type { MailboxRow } from '@sisyphus-state/schema';
import { encodeValue, type JsonText } from '@sisyphus-state/store';
import type { WaitType } from '../definition/engine-types.js';
import { ApprovalRejectedError, ResolvedAsFailedError, WaitTimeoutError } from '../errors.js';
import type { Batch } from './batch.js';
import { Inbox } from './inbox.js';
import type { JournalEntry } from './journal.js';
import { readAnswer, readResolution } from './read-answer.js';
import { type Question, readWaitStep, type WaitStep } from './read-wait-step.js';
import type { Unit } from './unit.js';

/** What waiting steps need of the run's progress. */
export interface WaitPorts {
  /** The store's clock when the run was taken. */
  readonly now: number;
  readonly entryOf: (unit: Unit) => JournalEntry;
  readonly resolveInput: (unit: Unit) => unknown;
  readonly complete: (unit: Unit, result: JsonText | null, batch: Batch) => void;
  /** The step is lost, whatever its policy. */
  readonly fail: (unit: Unit, error: Error, batch: Batch) => void;
  /** The step's attempt was cut off, and nobody knows what it did. */
  readonly doubt: (unit: Unit, batch: Batch) => void;
  /** The step may be tried again. */
  readonly restart: (unit: Unit, batch: Batch) => void;
}

/** The steps of a run that wait without an attempt: for a time, for an outsider, or for whichever comes first. */
export class WaitSteps {
  readonly #ports: WaitPorts;
  readonly #inbox: Inbox;
  readonly #asked = new Map<string, { readonly unit: Unit; readonly question: Question }>();

  constructor(ports: WaitPorts, mail: readonly MailboxRow[]) {
    this.#ports = ports;
    this.#inbox = new Inbox(mail);
  }

  /** Begins a wait, or takes on one that an earlier holder began. Throws what its `with` is refused for. */
  begin(unit: Unit, type: WaitType, recordedWakeAt: number | null, batch: Batch): void {
    const entry = this.#ports.entryOf(unit);
    const isNew = entry.status !== 'waiting';
    const wait = readWaitStep(unit.key, type, this.#ports.resolveInput(unit));
    const ends = isNew ? wait.ends : { wakeAt: recordedWakeAt, delayMs: null };
    if (isNew) {
      const { key: stepKey, step } = unit;
      const { message } = wait;
      const facts = { stepId: step.id, stepType: type, message, childRunId: null, attempts: null };
      batch.changes.push({ type: 'step_waiting', stepKey, ...facts, ...ends });
      entry.status = 'waiting';
    }
    if (wait.question !== null && this.#receive(unit, wait.question, batch)) return;
    if (ends.delayMs === 0 || (ends.wakeAt !== null && ends.wakeAt <= this.#ports.now))
      return this.#runOut(unit, wait, batch);
    if (wait.question !== null) this.#asked.set(unit.key, { unit, question: wait.question });
    batch.waits.push({ unit, ...ends, reason: wait.reason });
  }

  /** The timer of a wait that began here has rung. */
  ring(unit: Unit, type: WaitType, batch: Batch): void {
    // What came before the timer rang, and was settled, needs no end any more.
    if (this.#ports.entryOf(unit).status !== 'waiting') return;
    this.#runOut(unit, readWaitStep(unit.key, type, this.#ports.resolveInput(unit)), batch);
  }

  /** A step that must not run twice was cut off: somebody has to say what became of it. */
  doubt(unit: Unit, batch: Batch): void {
    const { key: stepKey } = unit;
    this.#ports.doubt(unit, batch);
    const question: Question = { kind: 'in_doubt', name: stepKey };
    if (this.#receive(unit, question, batch)) return;
    this.#asked.set(stepKey, { unit, question });
    batch.waits.push({ unit, wakeAt: null, delayMs: null, reason: `in_doubt:${stepKey}` });
  }

  /** Nothing of what waits now will be gone on with. */
  forget(): void {
    this.#asked.clear();
  }

  /** Takes in mail that was read, and what it answers. */
  deliver(mail: readonly MailboxRow[], batch: Batch): void {
    this.#inbox.add(mail);
    for (const { unit, question } of [...this.#asked.values()]) this.#receive(unit, question, batch);
  }

  /** The time is over: that is all a sleep waits for, and a failure of any other wait. */
  #runOut(unit: Unit, { question, timeoutMs }: WaitStep, batch: Batch): void {
    if (question === null) return this.#ports.complete(unit, null, batch);
    if (this.#receive(unit, question, batch)) return;
    this.#asked.delete(unit.key);
    this.#ports.fail(unit, new WaitTimeoutError(unit.key, question.name, timeoutMs ?? 0), batch);
  }

  #receive(unit: Unit, { kind, name }: Question, batch: Batch): boolean {
    const mail = this.#inbox.take(kind, name);
    if (mail === null) return false;
    this.#asked.delete(unit.key);
    batch.ended.push(unit.key);
    batch.changes.push({ type: 'mail_taken', stepKey: unit.key, mailId: mail.id });
    // The store's own text of a value: `readMail` gives it whole.
    if (kind === 'signal') this.#ports.complete(unit, mail.payload as JsonText | null, batch);
    else if (kind === 'approval') this.#decide(unit, mail, batch);
    else this.#resolve(unit, mail, batch);
    return true;
  }

  #decide(unit: Unit, mail: MailboxRow, batch: Batch): void {
    const { approved, by, comment } = readAnswer(mail.payload);
    if (!approved) return this.#ports.fail(unit, new ApprovalRejectedError(unit.key, by, comment), batch);
    const result = encodeValue({ approved, by, comment, at: mail.createdAt }, { what: `answer of "${unit.key}"` });
    this.#ports.complete(unit, result, batch);
  }

  #resolve(unit: Unit, mail: MailboxRow, batch: Batch): void {
    const resolution = readResolution(mail.payload);
    if (resolution === 'retry') return this.#rearm(unit, batch);
    if ('failed' in resolution)
      return this.#ports.fail(unit, new ResolvedAsFailedError(unit.key, resolution.failed), batch);
    const result = encodeValue(resolution.completed, { what: `result of step "${unit.key}"` });
    this.#ports.complete(unit, result, batch);
  }

  #rearm(unit: Unit, batch: Batch): void {
    const entry = this.#ports.entryOf(unit);
    batch.changes.push({ type: 'step_rearmed', stepKey: unit.key, attempts: entry.attempts });
    entry.attemptsBase = entry.attempts;
    entry.status = 'pending';
    this.#ports.restart(unit, batch);
  }
}
