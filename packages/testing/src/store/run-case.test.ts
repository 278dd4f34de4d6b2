import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import type { ConformanceBackend, ConformanceEnv } from './conformance-case.js';
import { runConformanceCase } from './run-case.js';
import { heldRun, started } from './sample-changes.js';

/** A backend in memory that keeps a record of what the kit does with it, its stores changed by `spoil`. */
function recordingBackend(spoil: (store: WorkflowStore) => Partial<WorkflowStore> = () => ({})) {
  const opened: WorkflowStore[] = [];
  const destroyed: boolean[] = [];
  const backend: ConformanceBackend = {
    capabilities: {
      dialect: 'sqlite',
      durable: false,
      multiProcess: false,
      leaseRenewal: 'process',
      syncTransactions: true,
    },
    createDatabase: async () => ({
      open: async (options) => {
        const store = await openStore(':memory:', options);
        opened.push(store);
        return { ...store, ...spoil(store) };
      },
      notes: { insert: () => {}, read: async () => [] },
      destroy: async () => void destroyed.push(await isClosed(opened[0])),
    }),
  };
  return { backend, destroyed };
}

async function isClosed(store: WorkflowStore | undefined): Promise<boolean> {
  return (
    store?.listRuns().then(
      () => false,
      () => true,
    ) ?? true
  );
}

const caseThat = (run: (env: ConformanceEnv) => Promise<void>) => ({ about: 'the kit', name: 'runs', run });
const createsARun = caseThat(async ({ store, newId }) => {
  await store.createRuns([heldRun(newId(), { changes: [started('a')] })]);
});

describe('runConformanceCase', () => {
  it('closes every handle before the database is destroyed', async () => {
    const { backend, destroyed } = recordingBackend();
    await runConformanceCase(createsARun, backend);
    expect(destroyed).toEqual([true]);
  });

  it('does so as well when the case fails, and passes its failure on', async () => {
    const { backend, destroyed } = recordingBackend();
    const failure = new Error('it does otherwise');
    const fails = caseThat(async () => {
      throw failure;
    });
    await expect(runConformanceCase(fails, backend)).rejects.toBe(failure);
    expect(destroyed).toEqual([true]);
  });

  it('does without a look at the database when the case closed the only handle', async () => {
    const { backend } = recordingBackend();
    await runConformanceCase(
      caseThat(({ store }) => store.close()),
      backend,
    );
  });

  it.each([
    ['whose tables say something else than its log', () => ({ readSteps: async () => [] }), 'does not fold'],
    ['that can’t be read although it is listed', () => ({ readRun: async () => null }), "can't be read"],
  ])('fails afterwards for a run %s', async (_, spoil, message) => {
    const { backend } = recordingBackend(spoil);
    await expect(runConformanceCase(createsARun, backend)).rejects.toThrow(message);
  });

  it('fails afterwards for an instant that is no whole number of milliseconds', async () => {
    const { backend } = recordingBackend((store) => ({
      readRun: async (runId) => {
        const run = await store.readRun(runId);
        return run && { ...run, updatedAt: run.updatedAt + 0.5 };
      },
    }));
    await expect(runConformanceCase(createsARun, backend)).rejects.toThrow('updatedAt');
  });

  it('refuses a second handle where there can be none', async () => {
    const { backend } = recordingBackend();
    const opens = caseThat(async ({ openSecond }) => void (await openSecond('other')));
    await expect(runConformanceCase(opens, backend)).rejects.toThrow('multiProcess');
  });
});
