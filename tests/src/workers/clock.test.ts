import type { Workflow } from '@sisyphus-state/executor';
import { identityOf } from '@sisyphus-state/testing';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { enqueue } from './support/enqueue.js';
import { hasLooked } from './support/has-looked.js';
import { onEachDatabase } from './support/on-each-database.js';
import { findFaults, readRecordedRuns } from './support/recorded-runs.js';
import { sharedClock } from './support/shared-clock.js';
import { untilDrained } from './support/until-drained.js';

const hourMs = 3_600_000;
const leaseMs = 4_000;
const runCount = 40;

const fourSteps: Workflow = {
  name: 'four steps',
  steps: ['a', 'b', 'c', 'd'].map((id) => ({ id, type: 'work', with: { ms: 50, value: { [id]: id } } })),
  output: '${{ context }}',
};

/** Takes for ever at its first attempt. */
const cutOff: Workflow = { name: 'cut off', steps: [{ id: 'a', type: 'work', with: { ms: [600_000, 1] } }] };
const held: Workflow = { name: 'held', steps: [{ id: 'b', type: 'hold' }] };

onEachDatabase(({ world }) => {
  test('while the clock is set back and forth an hour no completed step runs again, and every run ends once (pitfall 34)', async () => {
    const here = await world();
    const clock = sharedClock(here.folder);
    const store = await here.open({ clock: clock.now });
    const runIds = await enqueue(store, fourSteps, runCount);
    let ended = 0;
    const onEvent = ({ event }: { readonly event: string }): void => {
      if (event === 'ended') ended += 1;
    };
    for (const name of ['one', 'two', 'three']) {
      const identity = identityOf(name);
      here.start({ clockFile: clock.file, identity, executor: { leaseMs }, work: { concurrency: 3 }, onEvent });
    }
    for (const [index, shift] of [hourMs, -hourMs, 0, hourMs].entries()) {
      await eventually('more runs have ended', () => ended >= ((index + 1) * runCount) / 6);
      clock.shift(shift);
    }
    await untilDrained(store);
    const recorded = await readRecordedRuns(store, runIds);
    expect(recorded.filter(({ run }) => run.status !== 'completed')).toEqual([]);
    // Set forward, it ends leases of workers that live: one of those may enter a handler for an attempt it had
    // recorded in time. What is promised then is what the log says: no attempt begins after its step's completion.
    const lines = here.lines.filter(({ kind }) => kind !== 'completed');
    expect(findFaults(fourSteps, recorded, lines)).toEqual([]);
    expect(here.errors.filter(({ code }) => code !== 'LEASE_LOST')).toEqual([]);
  }, 120_000);

  test('the clock set back an hour, the runs of a dead worker resume within twice the lease, and those of one that lives stay its own (pitfalls 18, 34)', async () => {
    const here = await world();
    const clock = sharedClock(here.folder);
    const store = await here.open({ clock: clock.now });
    const start = (name: string, ...queues: string[]) =>
      here.startAndWait({
        clockFile: clock.file,
        // As on another machine: that it is dead is not to be proven.
        identity: identityOf(name),
        executor: { leaseMs },
        work: { queues },
      });
    const [left] = await enqueue(store, cutOff, 1, () => ({ queue: 'first' }));
    const [kept] = await enqueue(store, held, 1, () => ({ queue: 'second' }));
    const [victim, bystander] = await Promise.all([start('victim', 'first'), start('bystander', 'second')]);
    await Promise.all([victim.next('entered'), bystander.next('entered')]);
    const heir = await start('heir', 'first', 'second');
    await hasLooked(heir, 1);
    // Renewed on the clock as it was, and never again.
    const death = victim.signal('SIGKILL');
    clock.shift(-hourMs);
    expect(await heir.next('ended')).toMatchObject({ runId: left });
    expect(Date.now() - death).toBeLessThanOrEqual(2 * leaseMs);
    await bystander.call('release', { key: 'b', value: null });
    expect(await bystander.next('ended')).toMatchObject({ runId: kept });
    expect((await store.readRun(String(kept)))?.fence).toBe(1);
  }, 60_000);
});
