import type { CreatedRun } from '@sisyphus-state/store';
import type { EnqueueOptions } from '../executor-options.js';
import type { Workflow } from '../workflow.js';
import type { Client } from './client.js';
import { prepareRun, startInstant } from './new-run.js';

/**
 * Creates a run that nobody holds: workers of its queue take it when it is due.
 *
 * What is refused before the store is asked, and on SQLite inside `tx` what the store refuses, is thrown at once: a
 * synchronous transaction around the call is then rolled back. This process needs no handlers for it.
 */
export function enqueueRun(
  client: Client,
  workflow: Workflow | string,
  input: unknown,
  { tx, startAfter, ...options }: EnqueueOptions,
): Promise<CreatedRun> {
  const { run } = prepareRun(client, workflow, input, options);
  const create = (wakeAt: number | null): Promise<CreatedRun> =>
    client.store.createRuns([{ ...run, wakeAt }], { tx }).then(([created]) => {
      if (created === undefined) throw new Error(`The store created nothing for run ${run.id}.`);
      return created;
    });
  if (startAfter === undefined) return create(null);
  if (startAfter instanceof Date) return create(startInstant(startAfter, 0));
  // Checked here, so that it too is thrown at once; only the store knows from when on it counts.
  startInstant(startAfter, 0);
  if (tx === undefined) return client.store.now().then((now) => create(startInstant(startAfter, now)));
  return create(startInstant(startAfter, Date.now()));
}
