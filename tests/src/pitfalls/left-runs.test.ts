import { join } from 'node:path';
import { WorkflowExecutor } from '@sisyphus-state/executor';
import { fakeProcesses } from '@sisyphus-state/testing';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { useTempFolder } from '../support/temp-folder.js';
import { useStores } from '../support/use-stores.js';

const openStore = useStores();
const tempFolder = useTempFolder();

describe('a plan of a session that was given up', () => {
  test('a new process goes on with nothing by itself that another has left (pitfall 36)', async () => {
    const file = join(tempFolder(), 'state.db');
    const processes = fakeProcesses();
    const open = (name: string) => openStore(file, { identity: processes.identityOf(name), isDead: processes.isDead });
    const steps = [{ id: 'a', type: 'act' }];
    const entered: string[] = [];
    const act = (by: string) => () => {
      entered.push(by);
      return by === 'old' ? new Promise(() => undefined) : null;
    };

    const old = new WorkflowExecutor(await open('old'), { act: act('old') });
    const left = await old.start({ name: 'left', steps }, null, { namespace: 'old session' });
    left.result().catch(() => undefined);
    await eventually('the old session is at work', () => entered.includes('old'));
    processes.kill('old');

    const store = await open('new');
    const next = new WorkflowExecutor(store, { act: act('new') });
    await next.execute({ name: 'another', steps });
    // Of its own namespace a worker takes what is due, and what was left; not of another's.
    await next.runUntilIdle();
    expect(entered).toEqual(['old', 'new']);
    expect(await store.readRun(left.runId)).toMatchObject({ status: 'running', fence: 1 });

    expect(await next.resume(left.runId)).toMatchObject({ status: 'completed' });
    expect(entered).toEqual(['old', 'new', 'new']);
  });
});
