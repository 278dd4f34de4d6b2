/** @typedef {import('./sisyphus.mjs').RunEvent} RunEvent */

/**
 * One attempt of a step, put together from its events.
 *
 * @typedef {{
 *   stepKey: string, attempt: number, fence: number, startedAt: number, endedAt: number | null, endFence: number,
 *   outcome: string }} Try
 */

const outcomes = new Map([
  ['step_completed', 'completed'],
  ['step_failed', 'failed'],
  ['step_retry_scheduled', 'failed, to be tried again'],
  ['step_cancelled', 'cancelled'],
]);

/**
 * Puts a run's log together to attempts, in the order they began.
 *
 * @param {readonly RunEvent[]} events
 * @returns {readonly Try[]}
 */
export function attemptsIn(events) {
  const tries = /** @type {Try[]} */ ([]);
  for (const { type, stepKey, attempt, fence, at } of events) {
    if (stepKey === null || attempt === null) continue;
    const time = Date.parse(at);
    if (type === 'step_started') {
      tries.push({
        stepKey,
        attempt,
        fence: fence ?? 0,
        startedAt: time,
        endedAt: null,
        endFence: fence ?? 0,
        outcome: 'cut off',
      });
    }
    const open = tries.findLast((each) => each.stepKey === stepKey && each.attempt === attempt);
    const outcome = outcomes.get(type);
    if (open === undefined || outcome === undefined) continue;
    Object.assign(open, { endedAt: time, outcome, endFence: fence ?? 0 });
  }
  return tries;
}

/**
 * Draws a run that two processes worked on, the first of which was killed.
 *
 * `pids` are theirs, in the order in which they held the run. An attempt that the first began and the second ended (that of
 * a `foreach`, whose items are attempts of their own) stands in both.
 *
 * @param {readonly RunEvent[]} events
 * @param {{ pids: readonly number[], paint: import('./paint.mjs').Paint }} options
 * @returns {readonly string[]}
 */
export function drawTimeline(events, { pids, paint }) {
  const tries = attemptsIn(events);
  const start = tries[0]?.startedAt ?? 0;
  const width = Math.max(...tries.map(({ stepKey }) => stepKey.length), 0);
  const lines = (/** @type {number} */ fence) => {
    const parts = tries.flatMap((each) => partsOf(each, fence)).sort((one, other) => one.startedAt - other.startedAt);
    return parts.map((part) => lineOf(part, { start, width, paint }));
  };
  return pids.flatMap((pid, index) => {
    const head = paint.dim(`process ${pid}`);
    if (index === 0) return [head, ...lines(1)];
    return [paint.red(`──── kill -9 ${pids[index - 1]} ────`), head, ...lines(index + 1)];
  });
}

/**
 * What a holder of the run saw of an attempt.
 *
 * @param {Try} tried
 * @param {number} fence
 * @returns {readonly Try[]}
 */
function partsOf(tried, fence) {
  const { fence: begun, endFence: ended } = tried;
  if (begun === ended) return begun === fence ? [tried] : [];
  if (begun === fence) return [{ ...tried, endedAt: null, outcome: 'begun' }];
  return ended === fence ? [{ ...tried, startedAt: tried.endedAt ?? tried.startedAt }] : [];
}

/**
 * @param {Try} tried
 * @param {{ start: number, width: number, paint: import('./paint.mjs').Paint }} options
 */
function lineOf({ stepKey, attempt, startedAt, endedAt, outcome }, { start, width, paint }) {
  const at = `+${((startedAt - start) / 1000).toFixed(2)} s`.padStart(9);
  const took = endedAt === null || endedAt === startedAt ? '' : `${endedAt - startedAt} ms`;
  const colour = outcome === 'completed' ? paint.green : paint.yellow;
  const which = attempt > 1 ? `attempt ${attempt}` : '';
  return `${paint.dim(at)}  ${stepKey.padEnd(width)}  ${colour(outcome.padEnd(9))}  ${took.padStart(7)}  ${which}`.trimEnd();
}
