import type { RunStatus } from '@sisyphus-state/schema';
import type { WorkflowStore } from '@sisyphus-state/store';
import { eventually } from '../../support/eventually.js';

const unfinished: readonly RunStatus[] = ['pending', 'running', 'waiting'];

/** Waits until no run is left that workers could move. */
export async function untilDrained(store: WorkflowStore, deadlineMs = 60_000): Promise<void> {
  await eventually(
    'every run has ended',
    async () => {
      const left = await store.listRuns({ status: unfinished, limit: 1 });
      if (left.length === 0) return true;
      // Asked ten times a second: this process shares the machine with those that work.
      await new Promise((resolve) => setTimeout(resolve, 100));
      return false;
    },
    deadlineMs,
  );
}
