import { type RunFilter, type RunState, toRunState, type WorkflowStore } from '@sisyphus-state/store';

/** Lists runs, decoded; values over 8 KiB are left out (`state` has them). */
export async function listRunStates(
  store: WorkflowStore,
  filter: RunFilter,
): Promise<readonly Omit<RunState, 'steps'>[]> {
  const runs = await store.listRuns(filter);
  return runs.map((run) => {
    const { steps: _, ...state } = toRunState(run, []);
    return state;
  });
}
