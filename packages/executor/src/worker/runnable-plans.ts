import type { DueRun } from '@sisyphus-state/store';
import { checkRunnable, isMissingHere } from '../client/check-runnable.js';
import type { Client } from '../client/client.js';
import { programOfRun } from '../client/plan-source.js';
import type { Program } from '../program.js';

/**
 * Knows which workflows this executor can run, by `DueRun.workflowKey`.
 *
 * One that it can't run (a handler is missing, a definition of a newer version) is left to other workers for good: an
 * executor's handlers do not change.
 */
export class RunnablePlans {
  readonly #client: Client;
  readonly #known = new Set<string>();
  readonly #refused = new Set<string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** The workflow keys that this executor can run, of those seen so far. */
  get known(): readonly string[] {
    return [...this.#known];
  }

  /** The workflow keys that are left to others. */
  get except(): readonly string[] {
    return [...this.#refused];
  }

  /** Looks at workflows not seen before; true when one of them was refused, so that the store must be asked again. */
  async learn(runs: readonly DueRun[]): Promise<boolean> {
    const before = this.#refused.size;
    for (const run of runs) {
      const { workflowKey } = run;
      if (this.#known.has(workflowKey) || this.#refused.has(workflowKey)) continue;
      if (await this.#canRun(run)) this.#known.add(workflowKey);
      else this.#refused.add(workflowKey);
    }
    return this.#refused.size > before;
  }

  /** What a run goes through; null when this executor can't run it. */
  async planOf(run: Pick<DueRun, 'name' | 'version' | 'definitionHash'>): Promise<Program | null> {
    if (run.definitionHash !== null) return this.#client.plans.read(run.definitionHash);
    return programOfRun(this.#client, run);
  }

  async #canRun(run: DueRun): Promise<boolean> {
    try {
      const plan = await this.planOf(run);
      if (plan === null) return false;
      checkRunnable(this.#client, plan);
      return true;
    } catch (error) {
      // What is missing is said where the run is looked at; here it only means that the run is somebody else's. The store's
      // own errors say nothing of the workflow.
      if (isMissingHere(error)) return false;
      throw error;
    }
  }
}
