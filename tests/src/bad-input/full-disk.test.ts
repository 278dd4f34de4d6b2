import { join } from 'node:path';
import { type Workflow, WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore, StoreFullError, verifyRun } from '@sisyphus-state/store';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { findViolations } from '../crash/find-violations.js';
import { readRecordedRun } from '../crash/recorded-run.js';
import { effectHandler } from '../support/effect-handler.mjs';
import { readEffects } from '../support/effects.mjs';
import { useTempFolder } from '../support/temp-folder.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

const tempFolder = useTempFolder();
const runId = '01900000-0000-7000-8000-000000000005';
let effects: string;
let file: string;

beforeEach(() => {
  const folder = tempFolder();
  effects = join(folder, 'effects');
  file = join(folder, 'state.db');
});

/** Each step's result is larger than the one before, in a page count and as text of its own. */
const growing: Workflow = {
  name: 'growing',
  steps: Array.from({ length: 8 }, (_, n) => ({
    id: `s${n}`,
    type: 'effect',
    with: { value: { [`n${n}`]: String(n).repeat(3000 * (n + 1)) } },
  })),
  output: '${{ size(context) }}',
};

/** A database that may grow by so many pages and no more, until it is given room. */
async function openWithRoom(pages: number) {
  await (await openStore(file)).close();
  const client = new Database(file);
  const used = Number(client.pragma('page_count', { simple: true }));
  client.pragma(`max_page_count = ${used + pages}`);
  const store = await openStore({ client: drizzle({ client }) });
  return { store, client, giveRoom: () => void client.pragma('max_page_count = 1000000') };
}

describe('a disk that is full', () => {
  test('before the run begins: nothing of it is written', async () => {
    const { store, client } = await openWithRoom(0);
    const executor = new WorkflowExecutor(store, [effectHandler({ effects })]);
    const refusal = await executor.execute(growing, 'x'.repeat(500_000), { runId }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StoreFullError);
    expect(refusal).toMatchObject({ code: 'STORE_FULL', message: expect.stringContaining('Free space, then resume') });
    expect(await store.readRun(runId)).toBeNull();
    expect(readEffects(effects)).toEqual([]);
    await store.close();
    client.close();
  });

  test.each(Array.from({ length: 12 }, (_, n) => n * 4))(
    'in the middle of a run, after %i pages: nothing is half-written, and the run goes on when there is room (pitfall 31)',
    async (pages) => {
      const { store, client, giveRoom } = await openWithRoom(pages);
      const executor = new WorkflowExecutor(store, [effectHandler({ effects })]);
      const refusal = await executor.execute(growing, {}, { runId }).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'STORE_FULL' });
      const cut = await readRecordedRun(file, runId);
      if (cut !== null) {
        expect(verifyRun(cut)).toEqual([]);
        expect(cut.run.status).toBe('running');
      }
      giveRoom();
      const resumed = cut === null ? executor.execute(growing, {}, { runId }) : executor.resume(runId);
      await expect(resumed).resolves.toMatchObject({ status: 'completed', output: 8 });
      const recorded = await readRecordedRun(file, runId);
      if (recorded === null) throw new Error('It has completed.');
      expect(findViolations(growing, recorded, readEffects(effects))).toEqual([]);
      await store.close();
      client.close();
    },
  );
});
