import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { repositoryRoot } from '../docs/support/repository.js';

interface Event {
  readonly seq: number;
  readonly type: string;
  readonly stepKey: string | null;
  readonly attempt: number | null;
  readonly fence: number | null;
  readonly at: string;
}

interface Evidence {
  readonly events: readonly Event[];
  readonly killedAfter: number;
  readonly calls: readonly { readonly stepKey: string; readonly attempt: number; readonly pid: number }[];
  readonly callsBefore: number;
  readonly notes: string;
  readonly undisturbed: string;
  readonly verified: boolean;
}

/** What the demo's own modules export; they are plain JavaScript. */
interface Proof {
  judge(evidence: Evidence): readonly { readonly claim: string; readonly holds: boolean }[];
  drawTimeline(events: readonly Event[], options: { pids: readonly number[]; paint: unknown }): readonly string[];
  createPaint(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): unknown;
}

let proof: Proof;

beforeAll(async () => {
  const modules = await Promise.all(
    ['judge', 'timeline', 'paint'].map(
      (name) => import(pathToFileURL(join(repositoryRoot, `scripts/demo/${name}.mjs`)).href),
    ),
  );
  proof = Object.assign({}, ...modules);
});

/** A run whose second step was cut off by the kill after event 4, and that was resumed. */
const events = log([
  ['step_started', 'head', 1, 1],
  ['step_completed', 'head', 1, 1],
  ['step_started', 'list', 1, 1],
  ['step_started', 'list[0]', 1, 1],
  ['run_claimed', null, null, 2],
  ['step_started', 'list[0]', 2, 2],
  ['step_completed', 'list[0]', 2, 2],
  ['step_completed', 'list', 1, 2],
  ['workflow_completed', null, null, 2],
]);
const sound: Evidence = {
  events,
  killedAfter: 4,
  calls: [
    { stepKey: 'head', attempt: 1, pid: 10 },
    { stepKey: 'list[0]', attempt: 1, pid: 11 },
    { stepKey: 'list[0]', attempt: 2, pid: 12 },
  ],
  callsBefore: 2,
  notes: '# Changes',
  undisturbed: '# Changes',
  verified: true,
};

describe('the demo’s proof', () => {
  test('holds for a run that was killed and resumed', () => {
    expect(failing(sound)).toEqual([]);
    expect(proof.judge(sound)[0]?.claim).toBe('the kill came in the middle: 1 step done, list[0] cut off');
  });

  test.each<[string, Partial<Evidence>, RegExp]>([
    ['the kill came before any step was done', { killedAfter: 1 }, /in the middle/],
    ['the kill came between two steps', { killedAfter: 2 }, /in the middle/],
    ['the kill came after the end', { killedAfter: 9 }, /in the middle/],
    [
      'a step that was done was started again',
      { events: withLast(events, 'step_started', 'head', 2) },
      /started again/,
    ],
    [
      'git was called again for a step that was done',
      { calls: [...sound.calls, { stepKey: 'head', attempt: 2, pid: 13 }] },
      /called again for none/,
    ],
    [
      'git was called without an attempt on record',
      { calls: [...sound.calls, { stepKey: 'list[0]', attempt: 3, pid: 13 }] },
      /once for each attempt/,
    ],
    [
      'git was called twice in one attempt',
      { calls: [...sound.calls, { stepKey: 'list[0]', attempt: 2, pid: 13 }] },
      /once for each attempt/,
    ],
    ['a step completed twice', { events: withLast(events, 'step_completed', 'list[0]', 2) }, /completed once/],
    ['the run ended twice', { events: withLast(events, 'workflow_failed', null, null) }, /completed once/],
    ['the run did not complete', { events: events.slice(0, -1) }, /completed once/],
    ['the log and the rows differ', { verified: false }, /verify/],
    ['the notes differ', { undisturbed: '# Other' }, /byte for byte/],
    ['there are no notes', { notes: '', undisturbed: '' }, /byte for byte/],
  ])('does not hold when %s', (_, change, claim) => {
    expect(failing({ ...sound, ...change })).toContainEqual(expect.stringMatching(claim));
  });
});

describe('the demo’s timeline', () => {
  test('shows each attempt with the process that made it, and a foreach in both', () => {
    const lines = proof.drawTimeline(events, { pids: [100, 200], paint: proof.createPaint({}, {}) });
    expect(lines).toEqual([
      'process 100',
      '  +0.00 s  head     completed    10 ms',
      '  +0.02 s  list     begun',
      '  +0.03 s  list[0]  cut off',
      '──── kill -9 100 ────',
      'process 200',
      '  +0.05 s  list[0]  completed    10 ms  attempt 2',
      '  +0.07 s  list     completed',
    ]);
  });

  test.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: false }, {}, false],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
  ])('on %j with %j has colours: %s', (stream, env, hasColours) => {
    const lines = proof.drawTimeline(events, { pids: [100, 200], paint: proof.createPaint(stream, env) });
    expect(lines.join('').includes('\u001b')).toBe(hasColours);
  });
});

function failing(evidence: Evidence): readonly string[] {
  return proof
    .judge(evidence)
    .filter(({ holds }) => !holds)
    .map(({ claim }) => claim);
}

type Line = readonly [type: string, stepKey: string | null, attempt: number | null, fence: number];

/** A log whose events come every 10 ms. */
function log(lines: readonly Line[]): readonly Event[] {
  return lines.map(([type, stepKey, attempt, fence], index) => ({
    seq: index + 1,
    type,
    stepKey,
    attempt,
    fence,
    at: new Date(index * 10).toISOString(),
  }));
}

/** The log with one more event at its end. */
function withLast(
  before: readonly Event[],
  type: string,
  stepKey: string | null,
  attempt: number | null,
): readonly Event[] {
  return [...before, { seq: before.length + 1, type, stepKey, attempt, fence: 2, at: new Date(1000).toISOString() }];
}
