import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workflow } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import { type FakeProcesses, fakeProcesses } from '@sisyphus-state/testing';
import type { CrashCase } from './workflows.js';

/** Everything that outlives a process: the database, the effects, and which processes have died. */
export interface World {
  readonly file: string;
  readonly effects: string;
  readonly runId: string;
  readonly workflow: Workflow;
  readonly input: unknown;
  readonly processes: FakeProcesses;
  /** Whether what was wrong has been mended: it is after the run failed for the first time. */
  mended: boolean;
}

/** Makes worlds in a folder, each on a database of its own; the tables are made once and copied. */
export async function worldMaker(folder: string): Promise<(crashCase: CrashCase) => World> {
  const template = join(folder, 'template.db');
  await (await openStore(template)).close();
  let made = 0;
  return ({ workflow, input }) => {
    made += 1;
    const file = join(folder, `${made}.db`);
    copyFileSync(template, file);
    return {
      file,
      effects: join(folder, `${made}.effects`),
      runId: '01900000-0000-7000-8000-000000000001',
      workflow,
      input,
      processes: fakeProcesses(),
      mended: false,
    };
  };
}
