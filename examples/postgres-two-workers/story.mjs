// Reads from the audit log who did what, and compares it with what the handlers wrote down themselves.
import { calls, orders, parcels } from './application.mjs';

const width = 60;
const bars = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/**
 * @typedef {Awaited<ReturnType<typeof readStory>>} Story
 * @typedef {import('@sisyphus-state/store').StoredEvent} Event
 */

/**
 * @param {import('@sisyphus-state/store').WorkflowStore} store
 * @param {ReturnType<typeof import('./application.mjs').openDatabase>} db
 * @param {{ startedAt: number, killedAt: number }} moments
 */
export async function readStory(store, db, moments) {
  const runs = await store.listRuns({ limit: 1000 });
  const events = (await Promise.all(runs.map(({ id }) => store.readEvents(id)))).flat();
  const done = events.filter(({ type }) => type === 'step_completed');
  const started = events.filter(({ type }) => type === 'step_started');
  const called = await db.select().from(calls);
  const counts = {
    orders: await db.$count(orders),
    parcels: await db.$count(parcels),
    runs: runs.length,
    completed: runs.filter(({ status }) => status === 'completed').length,
    steps: done.length,
    calls: called.length,
    cutOff: started.length - done.length,
    takenOver: events.filter(({ type, payload }) => type === 'run_claimed' && takenFrom(payload) !== null).length,
    mostAtOnce: mostAtOnce(events),
  };
  const isWhole = counts.completed === counts.runs && counts.runs === counts.orders && counts.parcels === counts.orders;
  return { ...moments, done, counts, isProven: isWhole && isOnce({ done, started, called }) };
}

/**
 * Each step was completed once, nobody began it again after that, and its handler was not called more often than the log says.
 *
 * @param {{ done: readonly Event[], started: readonly Event[], called: readonly { runId: string, step: string }[] }} told
 */
function isOnce({ done, started, called }) {
  const doneAt = new Map(done.map((event) => [placeOf(event), event.seq]));
  const isLate = (/** @type {Event} */ event) => event.seq > (doneAt.get(placeOf(event)) ?? Number.POSITIVE_INFINITY);
  const callsLeft = new Map();
  for (const event of started) callsLeft.set(placeOf(event), (callsLeft.get(placeOf(event)) ?? 0) + 1);
  for (const { runId, step } of called) callsLeft.set(`${runId} ${step}`, (callsLeft.get(`${runId} ${step}`) ?? 0) - 1);
  return doneAt.size === done.length && !started.some(isLate) && [...callsLeft.values()].every((left) => left >= 0);
}

/** @param {Story} story */
export function showStory({ startedAt, killedAt, done, counts, isProven }) {
  const endedAt = Math.max(...done.map(({ at }) => at));
  const bucketOf = (/** @type {number} */ at) =>
    Math.min(width - 1, Math.max(0, Math.floor(((at - startedAt) / (endedAt - startedAt)) * width)));
  const workers = [...new Set([...done].sort((one, other) => one.at - other.at).map(({ worker }) => worker ?? ''))];
  const widest = Math.max(...workers.map((worker) => worker.length));
  const lanes = workers.map((worker) => {
    const own = done.filter((event) => event.worker === worker);
    const perBucket = own.reduce((/** @type {number[]} */ sums, { at }) => {
      const bucket = bucketOf(at);
      sums[bucket] = (sums[bucket] ?? 0) + 1;
      return sums;
    }, []);
    const lane = Array.from({ length: width }, (_, bucket) => bars[Math.min(8, perBucket[bucket] ?? 0)]).join('');
    return `${worker.padEnd(widest)} |${lane}| ${own.length} steps`;
  });
  const { orders, parcels, runs, completed, steps, calls, cutOff, takenOver, mostAtOnce } = counts;
  return [
    '',
    `${''.padEnd(widest)}  ${' '.repeat(bucketOf(killedAt))}↓ SIGKILL`,
    ...lanes,
    `${''.padEnd(widest)}  0 s${`${((endedAt - startedAt) / 1000).toFixed(1)} s`.padStart(width - 3)}`,
    '',
    `${orders} orders, ${runs} deliveries, ${completed} completed, ${parcels} parcels; at most ${mostAtOnce} at once.`,
    `The killed worker left ${takenOver} of them; the others went on with these. ${cutOff === 1 ? '1 step was' : `${cutOff} steps were`} cut off and tried again:`,
    `${steps} steps completed in ${calls} calls, ${isProven ? 'and nothing that was done ran twice.' : 'BUT SOMETHING IS WRONG.'}`,
  ];
}

/** @param {Event} event */
function placeOf({ runId, stepKey }) {
  return `${runId} ${stepKey}`;
}

/** @param {string} payload */
function takenFrom(payload) {
  return JSON.parse(payload).takenFrom ?? null;
}

/**
 * How many deliveries were held at the same time, at most.
 *
 * @param {readonly Event[]} events
 */
function mostAtOnce(events) {
  const leaving = ['workflow_completed', 'workflow_failed', 'workflow_suspended', 'run_released'];
  // What ends comes first where two things happen in the same millisecond.
  const moves = events
    .filter(({ type }) => type === 'run_claimed' || leaving.includes(type))
    .sort(
      (left, right) => left.at - right.at || Number(left.type === 'run_claimed') - Number(right.type === 'run_claimed'),
    );
  const held = new Set();
  let most = 0;
  for (const { type, runId } of moves) {
    if (type === 'run_claimed') held.add(runId);
    else held.delete(runId);
    most = Math.max(most, held.size);
  }
  return most;
}
