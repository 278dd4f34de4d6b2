import { isTerminal } from '@sisyphus-state/schema';
import type { WorkflowStore } from '@sisyphus-state/store';
import { v7 as uuidv7 } from 'uuid';
import type { Act, Race } from './race.js';
import type { Racer, Told } from './racer.js';

/** A run after its round: how its racers were answered, and what was wrong before it was brought to its end. */
export interface Round {
  readonly runId: string;
  readonly told: readonly Told[];
  readonly found: readonly string[];
}

const deadlineMs = 30_000;

/**
 * Starts a run, lets it come to the race's point, does everything to it at once, and brings it to its end.
 *
 * `store` is nobody's: what is read through it was committed.
 */
export async function runRound(race: Race, racers: readonly Racer[], store: WorkflowStore): Promise<Round> {
  const runId = uuidv7();
  const [holder, ...others] = racers;
  const helper = others.at(-1) ?? holder;
  if (holder === undefined || helper === undefined) throw new Error('A race needs racers.');
  const told: Told[] = [await holder.start(runId, race.input, race.deadline)];
  await reach(race.stage, runId, store, async () => void told.push(await helper.act('signal', runId)));
  told.push(...(await Promise.all(race.acts.map((act) => perform(act, racers, runId)))));
  const found = await findLost(runId, store);
  told.push(...(await bringToEnd(runId, helper, store)));
  return { runId, told, found };
}

async function perform({ racer, deed, turns, ms }: Act, racers: readonly Racer[], runId: string): Promise<Told> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
  const by = racers[racer];
  if (by === undefined) throw new Error(`There is no racer ${racer}.`);
  return by.act(deed, runId);
}

/** Waits until a step of the run waits; for the second one the first gets its signal. */
async function reach(
  stage: Race['stage'],
  runId: string,
  store: WorkflowStore,
  signal: () => Promise<void>,
): Promise<void> {
  if (stage === 'begun') return;
  await until(`${stage}: step go waits`, async () => (await statusOf(store, runId, 'go')) === 'waiting');
  if (stage === 'parked') return;
  await signal();
  await until(`${stage}: step ok waits`, async () => (await statusOf(store, runId, 'ok')) === 'waiting');
}

async function statusOf(store: WorkflowStore, runId: string, stepKey: string): Promise<string | undefined> {
  return (await store.readSteps(runId)).find((step) => step.stepKey === stepKey)?.status;
}

/** When nobody has the run in hand any more, nothing that it waits for may lie in its mailbox unseen. */
async function findLost(runId: string, store: WorkflowStore): Promise<readonly string[]> {
  const rested = await until('the run comes to rest', async () => {
    const run = await store.readRun(runId);
    return run === null || run.leaseWorker === null ? { run } : null;
  });
  if (rested.run?.status !== 'waiting' || rested.run.wakeAt !== null) return [];
  const [go, ok] = [await statusOf(store, runId, 'go'), await statusOf(store, runId, 'ok')];
  const mail = await store.readMail(runId);
  const again = await store.readRun(runId);
  if (again?.revision !== rested.run.revision) return [];
  const waitsFor = go === 'waiting' ? 'signal' : ok === 'waiting' ? 'approval' : null;
  const lost = mail.filter(({ kind }) => kind === waitsFor || kind === 'cancel' || kind === 'pause');
  return lost.map(({ kind }) => `parked with a ${kind} unread`);
}

async function bringToEnd(runId: string, helper: Racer, store: WorkflowStore): Promise<readonly Told[]> {
  const told: Told[] = [];
  await until('the run ends', async () => {
    const run = await store.readRun(runId);
    if (run !== null && isTerminal(run.status)) return true;
    for (const deed of ['signal', 'approve', 'resume'] as const) told.push(await helper.act(deed, runId));
    return false;
  });
  return told;
}

async function until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`Not within ${deadlineMs} ms: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
