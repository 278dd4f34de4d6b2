import type { DueRun, WorkflowStore } from '@sisyphus-state/store';
import type { Place } from './look-around.js';
import { type Equipment, explainUnhandled, type Unhandled } from './unhandled.js';

/** Where a worker looks, and what it can run. */
export interface UnhandledOptions extends Place, Equipment {
  readonly store: WorkflowStore;
}

/** As many as are worth counting. */
const most = 1000;

/** The workflows that a worker passes over; each kind of trouble is told once. */
export class UnhandledRuns {
  readonly #options: UnhandledOptions;
  readonly #tell: (unhandled: Unhandled) => void;
  readonly #told = new Set<string>();
  readonly #keys = new Set<string>();
  #telling: Promise<void> = Promise.resolve();

  constructor(options: UnhandledOptions, tell: (unhandled: Unhandled) => void) {
    this.#options = options;
    this.#tell = tell;
  }

  /** Takes note of a workflow that is passed over, and tells why, unless an earlier one was just like it. */
  add(due: DueRun): void {
    this.#keys.add(due.workflowKey);
    this.#telling = this.#telling.then(() => this.#explain(due));
  }

  /** How many of their runs are due, or were left by a worker that is gone; what is to be told of them has been told. */
  async count(): Promise<number> {
    await this.#telling;
    if (this.#keys.size === 0) return 0;
    const { store, namespace, queues } = this.#options;
    const place = { ...(namespace !== undefined && { namespace }), queues };
    const due = await store.findDue({ ...place, limit: most });
    const runs = [...due.runs, ...(await store.findAbandoned(place))];
    return new Set(runs.flatMap(({ runId, workflowKey }) => (this.#keys.has(workflowKey) ? [runId] : []))).size;
  }

  async #explain(due: DueRun): Promise<void> {
    const { store } = this.#options;
    try {
      const unhandled = await explainUnhandled(store, this.#options, due);
      const kind = `${unhandled.name}\n${unhandled.reason}`;
      if (this.#told.has(kind)) return;
      this.#told.add(kind);
      this.#tell(unhandled);
    } catch {
      // The worker itself tells of a database that can't be read.
    }
  }
}
