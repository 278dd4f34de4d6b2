import type { RunRow } from '@sisyphus-state/schema';
import type { WorkflowStore } from '@sisyphus-state/store';
import { storedOutline } from '../live/plan-outline.js';
import type { StepOutline } from '../live/step-view.js';

/** As many workflows as a worker meets in turn. */
const most = 256;

/** The outlines of stored definitions; a hash never means another text, so each is read once. */
export class Outlines {
  readonly #store: WorkflowStore;
  readonly #known = new Map<string, readonly StepOutline[]>();

  constructor(store: WorkflowStore) {
    this.#store = store;
  }

  /** Empty when it can't be had: a view makes do without, and nobody may fail over it. */
  async of(run: RunRow): Promise<readonly StepOutline[]> {
    const { definitionHash } = run;
    if (definitionHash === null) return [];
    const known = this.#known.get(definitionHash);
    if (known !== undefined) return known;
    try {
      const outline = await storedOutline(this.#store, run);
      const oldest = this.#known.size >= most ? this.#known.keys().next().value : undefined;
      if (oldest !== undefined) this.#known.delete(oldest);
      this.#known.set(definitionHash, outline);
      return outline;
    } catch {
      return [];
    }
  }
}
