import { join } from 'node:path';
import { openStore, verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from './support/temporary-folder.js';
import { startWriter, type WriterProcess } from './support/writer-process.js';

let folder: ReturnType<typeof temporaryFolder>;
let store: WorkflowStore;
const writers: WriterProcess[] = [];
const location = (): string => join(folder.path, 'state.db');

beforeEach(async () => {
  folder = temporaryFolder();
});

afterEach(async () => {
  for (const writer of writers.splice(0)) await writer.kill();
  await store.close();
  folder.remove();
});

async function start(count: number): Promise<readonly WriterProcess[]> {
  const started = await Promise.all(Array.from({ length: count }, () => startWriter(location())));
  writers.push(...started);
  return started;
}

/** Every run of the file whose log does not fold to its tables. */
async function faultyRuns(): Promise<readonly unknown[]> {
  const faulty: unknown[] = [];
  for (const { id } of await store.listRuns({ limit: 1000 })) {
    const [run, steps, events] = [await store.readRun(id), await store.readSteps(id), await store.readEvents(id)];
    if (run === null) throw new Error('A run is gone.');
    const found = verifyRun({ run, steps, events });
    if (found.length > 0) faulty.push([id, found]);
  }
  return faulty;
}

describe('several processes on one file', () => {
  it('open it at once while it is new, and write at once: nobody sees a locked database, nothing is lost (pitfall 28)', async () => {
    const processes = await start(4);
    const written = await Promise.all(
      processes.map((each, index) => each.ask('write', { prefix: `p${index}`, runs: 10, steps: 10 })),
    );
    store = await openStore(location());
    expect(written.flat()).toHaveLength(40);
    const revisions = await store.readRevisions(written.flat() as string[]);
    expect(new Set(revisions.values())).toEqual(new Set([11]));
    expect(await faultyRuns()).toEqual([]);
  });

  it('lose nothing that was reported and keep nothing by halves when one is killed in the middle', async () => {
    store = await openStore(location());
    const [killed, survivor] = await start(2);
    void killed?.ask('writeForEver', { prefix: 'k' }).catch(() => {});
    const written = await survivor?.ask('write', { prefix: 's', runs: 10, steps: 10 });
    await killed?.kill();
    expect(written).toHaveLength(10);
    expect(await faultyRuns()).toEqual([]);
    await survivor?.ask('write', { prefix: 'after', runs: 2, steps: 2 });
  });

  it('respect each other’s leases while they live, and take over at once from one that was killed', async () => {
    store = await openStore(location());
    const [holder, other] = await start(2);
    await holder?.ask('write', { prefix: 'h', runs: 1, steps: 1 });
    const id = 'h-0';
    const before = await store.readRun(id);
    expect(await other?.ask('claim', { id, worker: 'other' })).toBe('held');
    await holder?.kill();
    expect(await other?.ask('claim', { id, worker: 'other' })).toBe('claimed');
    const after = await store.readRun(id);
    expect([after?.fence, after?.leaseWorker]).toEqual([(before?.fence ?? 0) + 1, 'other']);
    expect(before?.leaseExpiresAt).toBeGreaterThan(Date.now());
  });

  it('hear of each other’s commits', async () => {
    store = await openStore(location());
    const [other] = await start(1);
    await other?.ask('write', { prefix: 'w', runs: 1, steps: 1 });
    const heard = new Promise<void>((resolve) => {
      const stop = store.watch(() => {
        stop();
        resolve();
      });
    });
    await other?.ask('cancel', { id: 'w-0' });
    await heard;
  });
});
