import type { StepRow, StepStatus, StoredError } from '@sisyphus-state/schema';
import { decodeError, decodeValue, type JsonText } from '@sisyphus-state/store';
import { deepFreeze } from './deep-freeze.js';

const unread = Symbol('unread');

/** One step of the journal, as the holder of the run keeps it in memory. Its result is parsed when it is asked for. */
export class JournalEntry {
  status: StepStatus = 'pending';
  attempts = 0;
  attemptsBase = 0;
  itemCount: number | null = null;
  wakeAt: number | null = null;
  /** The step's type; null until an earlier holder's journal says it. */
  type: string | null = null;
  /** The `seq` of its outcome; null of one that was recorded here. */
  settledSeq: number | null = null;
  error: StoredError | null = null;
  /** The run that the step waits for, or waited for when it was last given up or failed. */
  childRunId: string | null = null;
  /** Grows from one completed step to the next, over all holders of the run; 0 or less for what a fork has of its source. */
  completedAs: number | null = null;
  #text: string | null = null;
  #value: unknown = unread;

  /** Puts a result down as the text that was or will be stored: live and replayed it is decoded from there. */
  complete(text: JsonText | string | null): void {
    this.status = 'completed';
    this.#text = text;
    this.#value = unread;
    this.error = null;
  }

  /** The result as it is stored. */
  get text(): JsonText | null {
    // What the store gives back is what was encoded.
    return this.#text as JsonText | null;
  }

  /** The decoded result, frozen; `undefined` when there is none. */
  get result(): unknown {
    if (this.#value === unread) this.#value = deepFreeze(decodeValue(this.#text));
    return this.#value;
  }
}

/** The recorded steps of a run by key, read once when the run is claimed and kept up to date by its holder. */
export class Journal {
  readonly #entries = new Map<string, JournalEntry>();
  #lastCompleted = 0;

  constructor(rows: readonly StepRow[] = []) {
    for (const row of rows) {
      this.#entries.set(row.stepKey, readEntry(row));
      this.#lastCompleted = Math.max(this.#lastCompleted, row.settledSeq ?? 0);
    }
  }

  get(stepKey: string): JournalEntry | undefined {
    return this.#entries.get(stepKey);
  }

  /** Completes a step, after all that completed before. */
  complete(stepKey: string, result: JsonText | null): void {
    const entry = this.open(stepKey);
    entry.complete(result);
    this.#lastCompleted += 1;
    entry.completedAs = this.#lastCompleted;
  }

  /** The entry of a key, made when there is none. */
  open(stepKey: string): JournalEntry {
    const known = this.#entries.get(stepKey);
    if (known !== undefined) return known;
    const entry = new JournalEntry();
    this.#entries.set(stepKey, entry);
    return entry;
  }

  /** All entries with their keys, in the order they were begun. */
  entries(): Iterable<readonly [string, JournalEntry]> {
    return this.#entries;
  }

  /** Keys of steps that began and have not ended, oldest first. */
  openKeys(): string[] {
    return [...this.#entries]
      .filter(([, { status }]) => status === 'running' || status === 'pending' || status === 'waiting')
      .map(([key]) => key);
  }
}

function readEntry(row: StepRow): JournalEntry {
  const entry = new JournalEntry();
  if (row.status === 'completed') entry.complete(row.result);
  entry.status = row.status;
  entry.type = row.type;
  entry.settledSeq = row.settledSeq;
  entry.completedAs = row.status === 'completed' ? row.settledSeq : null;
  entry.attempts = row.attempts;
  entry.attemptsBase = row.attemptsBase;
  entry.itemCount = row.itemCount;
  entry.wakeAt = row.wakeAt;
  // Another attempt is due by the step's policy: it starts a run of its own.
  entry.childRunId = row.status === 'pending' && row.wakeAt !== null ? null : row.childRunId;
  // Of a step that will be tried again only the policy matters; parsing thousands of old errors would not.
  entry.error = row.status === 'failed' ? decodeError(row.error) : null;
  return entry;
}
