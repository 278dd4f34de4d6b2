import { createRegistry, type HandlerSource } from '@sisyphus-state/handlers';
import type { WorkflowStore } from '@sisyphus-state/store';
import { LeaseKeeper } from '../../engine/lease-keeper.js';
import type { Workflow } from '../../workflow.js';
import type { Client } from '../client.js';
import { Lifetime } from '../lifetime.js';
import { StoredPlans } from '../stored-plans.js';
import { TasksUnderWay } from '../tasks-under-way.js';
import { WorkflowList } from '../workflow-list.js';

/** What an executor's calls work with, on a store of the test's own. */
export function clientFor(
  store: WorkflowStore,
  {
    handlers = {},
    workflows = [],
    worker = 'me',
  }: { handlers?: HandlerSource; workflows?: readonly Workflow[]; worker?: string } = {},
): Client {
  const leaseMs = 30_000;
  const limits = { maxPayloadBytes: 1000, abortGraceMs: 5000, parkAfterMs: 1000, observe: null, random: () => 0.5 };
  return {
    store,
    engine: { store, registry: createRegistry(handlers), ...limits },
    keeper: new LeaseKeeper(store, leaseMs),
    lease: { worker, leaseMs },
    workflows: new WorkflowList(workflows),
    plans: new StoredPlans(store),
    lifetime: new Lifetime(),
    claims: new TasksUnderWay(),
    cancels: new TasksUnderWay(),
  };
}
