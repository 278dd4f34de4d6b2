import { join } from 'node:path';
import type { Workflow } from '@sisyphus-state/executor';
import type { OpenStoreOptions, WorkflowStore } from '@sisyphus-state/store';
import { type FakeProcesses, fakeProcesses } from '@sisyphus-state/testing';
import { v7 as uuidv7 } from 'uuid';
import type { CrashCase } from './workflows.js';

/** Everything that outlives a process: the database, the effects, and which processes have died. */
export interface World {
  /** The database, as `openStore` takes it; worlds may share one. */
  readonly location: string;
  /** Opens a store of its own there; on a server stores of one process may share their connections. */
  readonly open: (options?: OpenStoreOptions) => Promise<WorkflowStore>;
  readonly effects: string;
  readonly runId: string;
  readonly workflow: Workflow;
  readonly input: unknown;
  /** What outsiders send the run, each once, as soon as it is there. */
  readonly signals: NonNullable<CrashCase['signals']>;
  /** The run that it is forked from, and at which step; null for one that is no fork. */
  readonly forkOf: { readonly runId: string; readonly from: string } | null;
  readonly processes: FakeProcesses;
  /** What is wrong with the database itself, as far as it can tell. */
  readonly findDamage: () => readonly string[];
  /** Whether what was wrong has been mended: it is after the run failed for the first time. */
  mended: boolean;
}

export type MakeWorld = (crashCase: CrashCase) => World;

/** Makes a world in a database that is there, with a run of its own; its effects are kept in `folder`. */
export function worldIn(
  place: Pick<World, 'location' | 'open' | 'findDamage'>,
  folder: string,
  { workflow, input, signals = [], forkFrom }: CrashCase,
): World {
  const runId = uuidv7();
  const effects = join(folder, `${runId}.effects`);
  const forkOf = forkFrom === undefined ? null : { runId: uuidv7(), from: forkFrom };
  const run = { effects, runId, workflow, input, signals, forkOf };
  return { ...place, ...run, processes: fakeProcesses(), mended: false };
}
