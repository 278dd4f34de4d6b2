import assert from 'node:assert/strict';
import type { WorkflowStore } from '@sisyphus-state/store';
import { manualClock } from '../clock/manual-clock.js';
import { fakeProcesses } from '../faults/fake-processes.js';
import { checkDatabase } from './check-database.js';
import type {
  ConformanceBackend,
  ConformanceCase,
  ConformanceDatabase,
  ConformanceEnv,
  ConformanceOpenOptions,
} from './conformance-case.js';

/** Says whether a store with the backend's capabilities has to keep this promise. */
export function isRequired({ needs }: ConformanceCase, { capabilities }: ConformanceBackend): boolean {
  return needs === undefined || needs(capabilities);
}

/**
 * Runs one case on a database of its own, then checks every run that is in it; rejects where the store falls short.
 *
 * Whatever happens, the handles are closed and the database is destroyed.
 */
export async function runConformanceCase(conformanceCase: ConformanceCase, backend: ConformanceBackend): Promise<void> {
  const database = await backend.createDatabase();
  const handles: WorkflowStore[] = [];
  try {
    const env = await openEnv(backend, database, handles);
    await conformanceCase.run(env);
    await checkAfterwards(env, handles);
  } finally {
    for (const handle of handles) await handle.close();
    await database.destroy();
  }
}

async function openEnv(
  { capabilities }: ConformanceBackend,
  database: ConformanceDatabase,
  handles: WorkflowStore[],
): Promise<ConformanceEnv> {
  const clock = manualClock();
  const monotonic = manualClock(0);
  const processes = fakeProcesses();
  const open = async (options: ConformanceOpenOptions): Promise<WorkflowStore> => {
    const handle = await database.open(options);
    handles.push(handle);
    return handle;
  };
  const openAs = (name: string): Promise<WorkflowStore> => {
    const identity = processes.identityOf(name);
    return open({ clock: clock.now, monotonicClock: monotonic.now, identity, isDead: processes.isDead });
  };
  const checkSecond = (): void =>
    assert.ok(capabilities.multiProcess, 'a case that opens a second handle needs multiProcess');
  let ids = 0;
  return {
    store: await openAs('main'),
    clock,
    monotonic,
    processes,
    notes: database.notes,
    capabilities,
    openSecond: (processName) => {
      checkSecond();
      return openAs(processName);
    },
    openReal: () => {
      checkSecond();
      return open({});
    },
    newId: () => sampleId(++ids),
  };
}

/** A case may have closed its store: then another handle looks, where there can be one. */
async function checkAfterwards(env: ConformanceEnv, handles: readonly WorkflowStore[]): Promise<void> {
  for (const handle of handles) {
    const isOpen = await handle.listRuns({ limit: 1 }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'STORE_CLOSED') return false;
        throw error;
      },
    );
    if (isOpen) return checkDatabase(handle);
  }
  if (env.capabilities.multiProcess) await checkDatabase(await env.openSecond('checker'));
}

/** Has the form of a UUIDv7, and the order of its number. */
function sampleId(n: number): string {
  return `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}
