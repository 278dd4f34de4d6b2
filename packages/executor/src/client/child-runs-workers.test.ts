import { isTerminal, type RunRow } from '@sisyphus-state/schema';
import type { WorkflowStore } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import { WorkflowExecutor } from '../executor.js';
import { call, type FamilyTest, family, flow, inline } from './test-support/family.js';

const leaf = flow('leaf', { id: 'give', type: 'give', with: 'leaf' });
const middle = flow('middle', call('call', 'leaf'));
const top = flow('top', call('call', 'middle'));

async function ended({ store }: FamilyTest, runId: string): Promise<RunRow> {
  await expect.poll(async () => isTerminal((await store.readRun(runId))?.status ?? 'pending')).toBe(true);
  const run = await store.readRun(runId);
  if (run === null) throw new Error('It has ended.');
  return run;
}

describe('runs that wait for others', () => {
  it('hold no place: a chain three deep ends with one worker that drives one run at a time (pitfall 14)', async () => {
    const test = await family([leaf, middle]);
    const executor = test.executor();
    const { runId } = await executor.start(top, null, { detach: true });
    const worker = executor.work({ concurrency: 1 });
    expect((await ended(test, runId)).output).toBe('"leaf"');
    await worker.stop();
  });

  it('and so it does where one run at a time is all that a queue allows (pitfall 14)', async () => {
    const test = await family([leaf, middle]);
    const { runId } = await test.executor().start(top, null, { detach: true, queue: 'narrow' });
    const done = await test.executor().runUntilIdle({ queues: [{ name: 'narrow', concurrency: 1 }] });
    expect((await ended(test, runId)).status).toBe('completed');
    // Each of the two that wait is taken once to begin and once to go on.
    expect(done.driven).toBe(5);
  });

  it('go on when another executor drives what they wait for', async () => {
    const test = await family([leaf, middle]);
    const elsewhere = { ...call('call', 'middle'), with: { workflow: 'middle', queue: 'elsewhere' } };
    const one = test.executor();
    const { runId } = await one.start(flow('parent', elsewhere), null, { detach: true });
    const [here, there] = [one.work(), test.executor().work({ queues: ['elsewhere'] })];
    expect((await ended(test, runId)).output).toBe('"leaf"');
    await Promise.all([here.stop(), there.stop()]);
  });

  it('go on from where the process left them that began them: whoever follows the parent takes the rest, queue or none', async () => {
    const test = await family([leaf]);
    const elsewhere = { ...call('call', 'leaf'), with: { workflow: 'leaf', queue: 'elsewhere' } };
    const { runId } = await test.executor().start(flow('parent', elsewhere), null, { detach: true });
    await test.executor().runUntilIdle();
    expect((await test.state(runId)).status).toBe('waiting');
    expect((await test.children(runId))[0]?.status).toBe('pending');
    expect((await test.executor().resume(runId)).output).toBe('leaf');
  });

  it('are followed down to those that nobody drives, when a fresh process joins them', async () => {
    const asks = flow('asks', { id: 'ask', type: 'approval' }, { id: 'give', type: 'give', with: 'approved' });
    const test = await family([asks, flow('middle', call('call', 'asks'))]);
    const first = test.executor({ parkAfterMs: 0 });
    const { runId } = await first.execute(top, null, { until: 'idle', idempotencyKey: 'k' });
    await first.stop();
    const joined = test.executor().execute(top, null, { idempotencyKey: 'k' });
    const [mid] = await test.children(runId);
    const [asking] = await test.children(mid?.id ?? '');
    await test.executor().approve(asking?.id ?? '', 'ask');
    expect((await joined).output).toBe('approved');
  });

  it('are idle when all that they wait for is', async () => {
    const asks = flow('asks', { id: 'ask', type: 'approval' });
    const test = await family([asks, flow('middle', call('call', 'asks'))]);
    const outcome = await test.executor().execute(top, null, { until: 'idle' });
    expect(outcome).toMatchObject({ status: 'waiting', reason: 'child:call' });
    const [mid] = await test.children(outcome.runId);
    expect((await test.children(mid?.id ?? ''))[0]?.reason).toBe('approval:ask');
  });
});

/** A store that counts what is asked of it. */
function counting(store: WorkflowStore, counts: Map<string, number>): WorkflowStore {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        counts.set(String(name), (counts.get(String(name)) ?? 0) + 1);
        return member.apply(target, args);
      };
    },
  });
}

describe('a thousand runs of one parent', () => {
  it('cost a thousand times one: calls to the store grow with them, and the parent’s journal is not read for each (pitfall 6)', async () => {
    const test = await family();
    const each = {
      id: 'each',
      type: 'workflow',
      foreach: '${{ input }}',
      concurrency: 8,
      with: { workflow: inline(leaf), input: '${{ item }}' },
    };
    const many = { ...flow('many', each), output: '${{ size(steps.each.output) }}' };
    const cost = async (count: number): Promise<ReadonlyMap<string, number>> => {
      const counts = new Map<string, number>();
      const give = (step: Readonly<Record<string, unknown>>): unknown => step.with;
      const executor = new WorkflowExecutor(counting(test.store, counts), { give });
      const items = Array.from({ length: count }, (_, index) => index);
      expect((await executor.execute(many, items)).output).toBe(count);
      return counts;
    };
    const [few, all] = [await cost(250), await cost(1000)];
    for (const verb of ['record', 'claimRuns', 'readRun', 'readMail', 'transact']) {
      const [small = 0, large = 0] = [few.get(verb), all.get(verb)];
      expect(large, verb).toBeLessThan(Math.max(100, small * 5));
    }
    // One claim for each child, and few for their parent.
    expect(all.get('claimRuns')).toBeLessThan(1100);
  }, 60_000);
});
