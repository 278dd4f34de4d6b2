import type { RunUsage, Spend, StepRow, StepStatus, StoredError } from '@sisyphus-state/schema';
import { decodeError, decodeValue, type JsonText, readSpend } from '@sisyphus-state/store';
import { errorText, printOf, type Streak, streakKey } from './breaker.js';
import { deepFreeze } from './deep-freeze.js';
import { type RunBounds, RunGuard } from './run-guard.js';

const unread = Symbol('unread');

/** How a step and its run's usage stood before an attempt of it began. */
export interface EntryBefore {
  readonly usage: RunUsage;
  readonly entry: Pick<JournalEntry, 'status' | 'attempts' | 'attemptsBase' | 'inputHash' | 'reserved' | 'isFresh'>;
}

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
  /** Of the last attempt. */
  inputHash: string | null = null;
  /** As it is on record. */
  streak: number | null = null;
  /** What is kept free of the budget for the attempt in hand. */
  reserved: Spend | null = null;
  isFresh = false;
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

  /** Notes what beginning an attempt changes, to take it back. */
  before(usage: RunUsage): EntryBefore {
    const { status, attempts, attemptsBase, inputHash, reserved, isFresh } = this;
    return { usage, entry: { status, attempts, attemptsBase, inputHash, reserved, isFresh } };
  }

  /** The attempt that was about to begin did not. */
  takeBack({ entry }: EntryBefore): void {
    Object.assign(this, entry);
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
  /** What keeps the run within its bounds: it goes by what is on record, like everything here. */
  readonly guard: RunGuard;
  readonly #entries = new Map<string, JournalEntry>();
  /** The last outcomes that may be the first of many. */
  readonly #outcomes = new Map<string, StepRow>();
  #lastCompleted = 0;

  constructor(rows: readonly StepRow[] = [], bounds: RunBounds = {}) {
    this.guard = new RunGuard(bounds, () => this.#readStreaks(), rows.length > 0);
    const watchesOutputs = this.guard.breaker.watches('output');
    for (const row of rows) {
      this.#entries.set(row.stepKey, readEntry(row));
      this.#lastCompleted = Math.max(this.#lastCompleted, row.settledSeq ?? 0);
      if (row.error !== null || (watchesOutputs && row.status === 'completed')) this.#outcomes.set(streakKey(row), row);
      else if (this.#outcomes.size > 0 && row.status === 'completed') this.#outcomes.delete(streakKey(row));
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

  #readStreaks(): ReadonlyMap<string, Streak> {
    const streaks = [...this.#outcomes].map(([key, row]): [string, Streak] => [key, readStreak(row)]);
    this.#outcomes.clear();
    return new Map(streaks);
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
  entry.inputHash = row.inputHash;
  entry.streak = row.streak;
  entry.reserved = row.reserved === null ? null : readSpend(row.reserved);
  // Of a step that will be tried again only the policy matters; parsing thousands of old errors would not.
  entry.error = row.status === 'failed' ? decodeError(row.error) : null;
  return entry;
}

function readStreak({ error, result, streak }: StepRow): Streak {
  const failure = decodeError(error);
  const outcome =
    failure === null
      ? ({ kind: 'output', text: result ?? 'null' } as const)
      : ({ kind: 'error', text: errorText(failure) } as const);
  return { print: printOf(outcome), count: streak ?? 1 };
}
