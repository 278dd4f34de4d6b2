/** @typedef {import('./sisyphus.mjs').RunEvent} RunEvent */
/** @typedef {import('./sandbox.mjs').GitCall} GitCall */

/**
 * What is known of a run that was killed and resumed.
 *
 * @typedef {{
 *   events: readonly RunEvent[], killedAfter: number, calls: readonly GitCall[], callsBefore: number,
 *   notes: string, undisturbed: string, verified: boolean,
 * }} Evidence
 */

/**
 * A thing that has to be true, and whether it is.
 *
 * @typedef {{ claim: string, holds: boolean }} Finding
 */

const terminal = ['workflow_completed', 'workflow_failed', 'workflow_cancelled'];

/**
 * Judges the evidence: what a kill in the middle may and may not do to a run.
 *
 * `killedAfter` is the last `seq` that was in the log when the process was gone, `callsBefore` how many calls of git there
 * were by then.
 *
 * @param {Evidence} evidence
 * @returns {readonly Finding[]}
 */
export function judge({ events, killedAfter, calls, callsBefore, notes, undisturbed, verified }) {
  const [before, after] = [
    events.filter(({ seq }) => seq <= killedAfter),
    events.filter(({ seq }) => seq > killedAfter),
  ];
  const done = keysOf(before, 'step_completed');
  const started = keysOf(before, 'step_started');
  // A `foreach` is open as long as one of its items is: it is the items that are cut off.
  const isGroup = (/** @type {string} */ key) => started.some((other) => other.startsWith(`${key}[`));
  const cutOff = started.filter((key) => !done.includes(key) && !isGroup(key));
  const again = keysOf(after, 'step_started').filter((key) => done.includes(key));
  const called = calls.slice(callsBefore).filter(({ stepKey }) => done.includes(stepKey));
  const completions = keysOf(events, 'step_completed');
  const ends = events.filter(({ type }) => terminal.includes(type)).map(({ type }) => type);
  return [
    {
      claim: `the kill came in the middle: ${count(done.length, 'step')} done, ${cutOff.join(' and ')} cut off`,
      holds: done.length > 0 && cutOff.length > 0 && !before.some(({ type }) => terminal.includes(type)),
    },
    { claim: 'no step that was done was started again (audit log)', holds: again.length === 0 },
    { claim: 'git was called again for none of them (a file beside the database)', holds: called.length === 0 },
    {
      claim: `git was called ${count(calls.length, 'time')}: once for each attempt on record`,
      holds:
        calls.every((call) => isOnRecord(call, events)) &&
        isUnique(calls.map(({ stepKey, attempt }) => `${stepKey} ${attempt}`)),
    },
    {
      claim: `each of the ${completions.length} steps completed once, and the run once`,
      holds: isUnique(completions) && ends.length === 1 && ends[0] === 'workflow_completed',
    },
    { claim: 'the log folds to exactly the rows there are (sisyphus verify)', holds: verified },
    {
      claim: 'the notes are, byte for byte, those of a run that nobody disturbed',
      holds: notes !== '' && notes === undisturbed,
    },
  ];
}

/**
 * @param {readonly RunEvent[]} events
 * @param {string} type
 */
function keysOf(events, type) {
  return events.flatMap((event) => (event.type === type && event.stepKey !== null ? [event.stepKey] : []));
}

/**
 * @param {GitCall} call
 * @param {readonly RunEvent[]} events
 */
function isOnRecord({ stepKey, attempt }, events) {
  return events.some(
    (event) => event.type === 'step_started' && event.stepKey === stepKey && event.attempt === attempt,
  );
}

/** @param {readonly string[]} names */
function isUnique(names) {
  return new Set(names).size === names.length;
}

/**
 * @param {number} number
 * @param {string} noun
 */
function count(number, noun) {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
