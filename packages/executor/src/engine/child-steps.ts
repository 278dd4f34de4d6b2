import type { MailboxRow } from '@sisyphus-state/schema';
import { type ChildEnd, decodeChildEnd, encodeValue, type JsonText } from '@sisyphus-state/store';
import { ChildCancelledError, ChildFailedError, WaitTimeoutError } from '../errors.js';
import type { Batch, Wait } from './batch.js';
import type { ChildRuns } from './child-runs.js';
import type { JournalEntry } from './journal.js';
import { type ChildCall, readCall } from './read-call.js';
import type { Unit } from './unit.js';

/** What steps that wait for runs need of their own run's progress. */
export interface ChildPorts {
  /** The store's clock when the run was taken. */
  readonly now: number;
  readonly children: ChildRuns | null;
  readonly entryOf: (unit: Unit) => JournalEntry;
  readonly resolveInput: (unit: Unit) => unknown;
  readonly complete: (unit: Unit, result: JsonText | null, batch: Batch) => void;
  /** The step is lost, whatever its policy. */
  readonly fail: (unit: Unit, error: Error, batch: Batch) => void;
  /** The step's run did not complete: its policy says whether another is started. */
  readonly settle: (unit: Unit, error: Error, batch: Batch) => void;
}

/** A piece of mail that tells of a run's end. */
interface Told {
  readonly mailId: string;
  readonly end: ChildEnd;
}

/** The steps of a run that wait for other runs: each is one wait, without an attempt and without a process. */
export class ChildSteps {
  readonly #ports: ChildPorts;
  readonly #open = new Map<string, Unit>();
  /** What was told and not asked for yet, by step key. */
  readonly #told = new Map<string, Told[]>();
  readonly #seen = new Set<string>();

  constructor(ports: ChildPorts, mail: readonly MailboxRow[]) {
    this.#ports = ports;
    this.#add(mail);
  }

  /** Begins to wait for a run, or takes a wait on that an earlier holder began. Throws what its `with` is refused for. */
  begin(unit: Unit, recordedWakeAt: number | null, batch: Batch): void {
    const entry = this.#ports.entryOf(unit);
    const isNew = entry.status !== 'waiting';
    const call = isNew ? readCall(unit.key, this.#ports.resolveInput(unit)) : null;
    const ends = { wakeAt: isNew ? null : recordedWakeAt, delayMs: call?.timeoutMs ?? null };
    if (call !== null) this.#call(unit, call, ends, batch);
    if (this.#receive(unit, batch)) return;
    if (ends.delayMs === 0 || (ends.wakeAt !== null && ends.wakeAt <= this.#ports.now)) return this.ring(unit, batch);
    this.#open.set(unit.key, unit);
    batch.waits.push({ unit, ...ends, reason: childReason(unit.key) });
    if (entry.childRunId !== null) batch.awaited.push(entry.childRunId);
  }

  /** The run took longer than the step lets it: the step fails, and the run is given up. */
  ring(unit: Unit, batch: Batch): void {
    const entry = this.#ports.entryOf(unit);
    if (entry.status !== 'waiting' || this.#receive(unit, batch)) return;
    this.#open.delete(unit.key);
    const { timeoutMs } = readCall(unit.key, this.#ports.resolveInput(unit));
    const { childRunId } = entry;
    if (childRunId !== null) giveUp(unit.key, childRunId, 'it took too long', batch);
    this.#ports.fail(unit, new WaitTimeoutError(unit.key, `run ${childRunId}`, timeoutMs ?? 0), batch);
  }

  /** Takes in mail that was read, and what it ends. */
  deliver(mail: readonly MailboxRow[], batch: Batch): void {
    for (const stepKey of this.#add(mail)) {
      const unit = this.#open.get(stepKey);
      if (unit !== undefined) this.#receive(unit, batch);
    }
  }

  /** Nothing of what waits now will be gone on with. */
  forget(): void {
    this.#open.clear();
  }

  /** The step keys that the pieces are for which were not known yet. */
  #add(mail: readonly MailboxRow[]): ReadonlySet<string> {
    const keys = new Set<string>();
    for (const { id, kind, name, payload } of mail) {
      if (kind !== 'child' || name === null || payload === null || this.#seen.has(id)) continue;
      this.#seen.add(id);
      keys.add(name);
      const told = { mailId: id, end: decodeChildEnd(payload) };
      const before = this.#told.get(name);
      if (before === undefined) this.#told.set(name, [told]);
      else before.push(told);
    }
    return keys;
  }

  /** Says in one commit that the step waits and for which run: a new one, or one that a resume brings back. */
  #call(unit: Unit, call: ChildCall, ends: Pick<Wait, 'wakeAt' | 'delayMs'>, batch: Batch): void {
    const { children, entryOf } = this.#ports;
    if (children === null) throw new Error(`Nobody here starts runs for step "${unit.key}".`);
    const entry = entryOf(unit);
    const revival = entry.childRunId === null ? undefined : children.revivals.get(unit.key);
    if (revival === undefined) {
      const child = children.prepare(unit.key, call);
      entry.childRunId = child.id;
      batch.children.push(child);
    } else {
      if (revival.hasEnded) batch.revivals.push(revival);
      this.#dropEnds(unit, revival.seq, batch);
    }
    const { key: stepKey, step } = unit;
    const { childRunId } = entry;
    entry.status = 'waiting';
    entry.attempts += 1;
    const facts = { stepId: step.id, stepType: unit.call.type, message: null, childRunId, attempts: entry.attempts };
    batch.changes.push({ type: 'step_waiting', stepKey, ...facts, ...ends });
  }

  /** What was told of a run before it goes on is done with, unless somebody else saw it through meanwhile. */
  #dropEnds({ key }: Unit, seq: number, batch: Batch): void {
    const told = this.#told.get(key) ?? [];
    const isOld = ({ end }: Told): boolean => end.seq <= seq && end.status !== 'completed';
    for (const { mailId } of told.filter(isOld)) batch.changes.push({ type: 'mail_taken', stepKey: key, mailId });
    const isKept = (each: Told): boolean => !isOld(each);
    this.#told.set(key, told.filter(isKept));
  }

  /** An end of another run than the step waits for by now says nothing to it: it was given up, or took part in an earlier attempt. */
  #receive(unit: Unit, batch: Batch): boolean {
    const { childRunId, status } = this.#ports.entryOf(unit);
    const told = this.#told.get(unit.key) ?? [];
    const found = status === 'waiting' ? told.find(({ end }) => end.runId === childRunId) : undefined;
    if (found === undefined) return false;
    this.#told.delete(unit.key);
    this.#open.delete(unit.key);
    batch.ended.push(unit.key);
    batch.changes.push({ type: 'mail_taken', stepKey: unit.key, mailId: found.mailId });
    this.#settle(unit, found.end, batch);
    return true;
  }

  #settle(unit: Unit, { runId, status, output, error, reason }: ChildEnd, batch: Batch): void {
    if (status === 'completed')
      return this.#ports.complete(unit, encodeValue(output, { what: `result of step "${unit.key}"` }), batch);
    if (status === 'cancelled' || error === null)
      return this.#ports.settle(unit, new ChildCancelledError(unit.key, runId, reason), batch);
    this.#ports.settle(unit, new ChildFailedError(unit.key, runId, error), batch);
  }
}

/** Tells a wait for a run from the others. */
export function isForRun({ unit, reason }: Pick<Wait, 'unit' | 'reason'>): boolean {
  return reason === childReason(unit.key);
}

/** What a run that waits for another is listed with. */
function childReason(stepKey: string): string {
  return `child:${stepKey}`;
}

/** Asks a run to cancel that a step does not wait for any more; one that is not created yet is not created at all. */
export function giveUp(stepKey: string, childRunId: string, why: string, batch: Batch): void {
  const index = batch.children.findIndex(({ id }) => id === childRunId);
  if (index !== -1) return void batch.children.splice(index, 1);
  const reason = `given up by its parent: ${why}`;
  batch.changes.push({ type: 'child_cancel_requested', stepKey, childRunId, reason });
}
