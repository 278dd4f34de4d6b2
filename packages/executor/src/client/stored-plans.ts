import type { WorkflowStore } from '@sisyphus-state/store';
import { compileDefinition } from '../definition/compile-definition.js';
import type { WorkflowDefinition } from '../definition/definition.js';
import type { Plan } from '../definition/plan.js';
import { deepFreeze } from '../engine/deep-freeze.js';

/** As many as a worker meets in turn; one more and the oldest is read again when it comes back. */
const maxPlans = 256;

/** The plans of stored definitions by hash: a hash never means another text, so each is read and compiled once. */
export class StoredPlans {
  readonly #store: Pick<WorkflowStore, 'readDefinition'>;
  readonly #plans = new Map<string, Plan>();

  constructor(store: Pick<WorkflowStore, 'readDefinition'>) {
    this.#store = store;
  }

  /** One that was read before, if it is still at hand; null says nothing. */
  known(hash: string): Plan | null {
    return this.#plans.get(hash) ?? null;
  }

  /** Null when no definition with this hash is stored. */
  async read(hash: string): Promise<Plan | null> {
    const known = this.#plans.get(hash);
    if (known !== undefined) return known;
    const row = await this.#store.readDefinition(hash);
    if (row === null) return null;
    // Only checked definitions are stored.
    const plan = compileDefinition(deepFreeze(JSON.parse(row.body) as WorkflowDefinition));
    this.#plans.set(hash, plan);
    const oldest = this.#plans.size > maxPlans ? this.#plans.keys().next().value : undefined;
    if (oldest !== undefined) this.#plans.delete(oldest);
    return plan;
  }
}
