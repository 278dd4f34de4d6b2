import type { Journal } from '../engine/journal.js';

/** A step as the journal knows it, for whoever has to say that the code does not fit. */
export interface RecordedStep {
  readonly key: string;
  readonly type: string;
  readonly status: string;
}

/**
 * What is recorded of a run when its function begins anew: the outcomes to hand over, in the order in which they were
 * recorded, and the steps that had begun and must be asked for again.
 */
export class Replay {
  readonly #outcomes: readonly RecordedStep[];
  readonly #open: readonly RecordedStep[];
  #next = 0;

  constructor(journal: Journal) {
    const steps = [...journal.entries()]
      .filter(([key]) => isAskedFor(key))
      .map(([key, { type, status, settledSeq }]) => ({ key, type: type ?? '', status, settledSeq }));
    this.#outcomes = steps
      .filter(({ status }) => status === 'completed' || status === 'failed')
      .sort((one, other) => (one.settledSeq ?? 0) - (other.settledSeq ?? 0));
    this.#open = steps.filter(({ status }) => isOpen(status));
  }

  /** Nothing of the run is recorded: it begins. */
  get isEmpty(): boolean {
    return this.#outcomes.length === 0 && this.#open.length === 0;
  }

  /** The outcome that comes next; null when all were handed over. */
  get next(): RecordedStep | null {
    return this.#outcomes[this.#next] ?? null;
  }

  /** The next outcome was handed over. */
  pass(): void {
    this.#next += 1;
  }

  /** A step that had begun and that nothing has asked for; null when there is none. */
  forgotten(isAsked: (key: string) => boolean): RecordedStep | null {
    return this.#open.find(({ key }) => !isAsked(key)) ?? null;
  }
}

/** Recorded values are given at once when they are asked for, and compensations nobody asks for. */
function isAskedFor(key: string): boolean {
  return !key.startsWith('$') && !key.includes('/');
}

function isOpen(status: string): boolean {
  return status === 'pending' || status === 'running' || status === 'waiting' || status === 'in_doubt';
}
