import { type RunRow, type RunStatus, runStatuses, stepStatuses } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import type { RunSnapshot } from '../store-types.js';
import { jsonText } from '../test-support/sample-changes.js';
import { snapshotOf, stepOf } from '../test-support/snapshot.js';
import { type ClaimDecision, decideClaim } from './decide-claim.js';

const ways = {
  continue: { mode: 'continue' },
  'continue, taking over': { mode: 'continue', takeover: true },
  resume: { mode: 'resume' },
  'resume, taking over': { mode: 'resume', takeover: true },
} as const;
const leases = ['free', 'held', 'expired', 'dead'] as const;

type Kind = ClaimDecision['kind'];
type Row = readonly [continued: Kind, takenOver: Kind, resumed: Kind, resumedOver: Kind];

const claims: Row = ['claim', 'claim', 'claim', 'claim'];
const held: Row = ['held', 'claim', 'held', 'claim'];
const asleep: Row = ['not_due', 'not_due', 'claim', 'claim'];
const ended: Row = ['ended', 'ended', 'ended', 'ended'];
const resumable: Row = ['ended', 'ended', 'claim', 'claim'];

/** What becomes of a claim, by status and lease; held, expired and dead for the statuses that nobody can hold, too. */
const table: Readonly<Record<RunStatus, Readonly<Record<RunSnapshot['lease'], Row>>>> = {
  pending: { free: claims, held, expired: claims, dead: claims },
  running: { free: asleep, held, expired: claims, dead: claims },
  waiting: { free: asleep, held: ['held', 'not_due', 'held', 'claim'], expired: asleep, dead: asleep },
  paused: { free: asleep, held: ['held', 'not_due', 'held', 'claim'], expired: asleep, dead: asleep },
  completed: { free: ended, held: ended, expired: ended, dead: ended },
  failed: { free: resumable, held: ['ended', 'ended', 'held', 'claim'], expired: resumable, dead: resumable },
  cancelled: { free: resumable, held: ['ended', 'ended', 'held', 'claim'], expired: resumable, dead: resumable },
};

const cases = runStatuses.flatMap((status) =>
  leases.flatMap((lease) =>
    Object.entries(ways).map(([how, way], index) => [status, lease, how, way, table[status][lease][index]] as const),
  ),
);

describe('decideClaim', () => {
  it.each(cases)('on a run that is %s and %s, to %s', (status, lease, _, way, kind) => {
    expect(decideClaim(snapshotOf({ status, leaseWorker: 'w1' }, { lease }), way).kind).toBe(kind);
  });

  it.each([
    ['an hour away', 3_601_000, 'not_due'],
    ['a millisecond away', 1001, 'not_due'],
    ['just come', 1000, 'claim'],
    ['long past', 1, 'claim'],
  ] as const)('when its instant is %s: pending and waiting runs alike', (_, wakeAt, kind) => {
    for (const status of ['pending', 'waiting'] as const)
      expect(decideClaim(snapshotOf({ status, wakeAt }), ways.continue).kind).toBe(kind);
    expect(decideClaim(snapshotOf({ status: 'paused', wakeAt }), ways.continue).kind).toBe('not_due');
  });

  it('continues a run whose deadline is over, whatever it waits for, but none that somebody holds or that has ended', () => {
    const kindOf = (run: Partial<RunRow>, lease: RunSnapshot['lease'] = 'free') =>
      decideClaim(snapshotOf({ wakeAt: 5000, ...run }, { lease }), ways.continue).kind;
    for (const status of ['pending', 'waiting', 'paused'] as const) {
      expect(kindOf({ status, deadlineAt: 1000 })).toBe('claim');
      expect(kindOf({ status, deadlineAt: 1001 })).toBe('not_due');
    }
    expect(kindOf({ status: 'running', deadlineAt: 1, leaseWorker: 'w1' }, 'held')).toBe('held');
    expect(kindOf({ status: 'failed', deadlineAt: 1 })).toBe('ended');
  });

  it('records another budget and deadline, of a run that waits too, but of none that is being undone', () => {
    const terms = { budget: { tokens: 9 }, deadlineMs: 50 };
    const resumed = { type: 'workflow_resumed', rearmed: [], definitionHash: null };
    const changes = (run: Partial<RunRow>, way: object = ways.resume) =>
      changesOf(decideClaim(snapshotOf(run), { ...ways.resume, ...way, ...terms }));
    expect(changes({ status: 'waiting' })[0]).toEqual({ ...resumed, ...terms });
    expect(changes({ status: 'failed' })[0]).toEqual({ ...resumed, ...terms });
    expect(changes({ status: 'pending' }, ways.continue)).toHaveLength(1);
    expect(changes({ status: 'waiting', endingAs: 'failed' })).toHaveLength(1);
  });

  it.each([
    ['free', null],
    ['held', 'w1'],
    ['expired', 'w1'],
    ['dead', 'w1'],
  ] as const)('says who lost a run that was %s', (lease, takenFrom) => {
    const snapshot = snapshotOf({ status: 'running', leaseWorker: 'w1', startedAt: 5 }, { lease });
    expect(changesOf(decideClaim(snapshot, ways['resume, taking over']))).toEqual([
      { type: 'run_claimed', takenFrom, first: false },
    ]);
  });

  it('says whether the run starts with this', () => {
    expect(changesOf(decideClaim(snapshotOf(), ways.continue))).toEqual([
      { type: 'run_claimed', takenFrom: null, first: true },
    ]);
  });

  it('arms again what failed or was cancelled, and leaves every other step as it is', () => {
    const openSteps = stepStatuses.map((status, index) => stepOf(status, status, index));
    for (const status of ['failed', 'cancelled', 'paused'] as const) {
      const run = { status, reason: status === 'paused' ? 'adopted' : null };
      const [resumed] = changesOf(decideClaim(snapshotOf(run, { openSteps }), ways.resume));
      expect(resumed).toEqual({
        type: 'workflow_resumed',
        definitionHash: null,
        rearmed: [
          { stepKey: 'failed', attempts: 4 },
          { stepKey: 'cancelled', attempts: 6 },
        ],
      });
    }
  });

  it('leaves failures alone that the run has gone on from, and arms again what was cancelled of them (pitfall 2)', () => {
    const openSteps = [
      stepOf('kept', 'failed', 1),
      { ...stepOf('kept[3]', 'failed', 2), stepId: 'kept' },
      { ...stepOf('kept[4]', 'cancelled', 3), stepId: 'kept' },
      stepOf('other', 'failed', 4),
    ];
    for (const status of ['failed', 'cancelled'] as const) {
      const snapshot = snapshotOf({ status }, { openSteps });
      const [resumed] = changesOf(decideClaim(snapshot, { ...ways.resume, keepFailed: ['kept'] }));
      expect(resumed).toMatchObject({ rearmed: [{ stepKey: 'kept[4]' }, { stepKey: 'other' }] });
    }
  });

  it('arms nothing in a run that was paused: what failed in it has its fallback under way', () => {
    const openSteps = [stepOf('a', 'failed'), stepOf('a/fallback[0]', 'pending')];
    const snapshot = snapshotOf({ status: 'paused', reason: 'lunch' }, { openSteps });
    expect(changesOf(decideClaim(snapshot, ways.resume))[0]).toMatchObject({ type: 'workflow_resumed', rearmed: [] });
  });

  it('arms nothing in a run that only goes on', () => {
    const openSteps = [stepOf('a', 'failed')];
    const snapshot = snapshotOf({ status: 'running', leaseWorker: 'w1' }, { lease: 'dead', openSteps });
    expect(changesOf(decideClaim(snapshot, ways.resume)).map(({ type }) => type)).toEqual(['run_claimed']);
  });

  it.each(['failed', 'cancelled'] as const)('leaves a run alone that is %s and was undone', (endingAs) => {
    const openSteps = [stepOf('a', 'failed')];
    for (const way of Object.values(ways))
      expect(decideClaim(snapshotOf({ status: endingAs, endingAs }, { openSteps }), way)).toEqual({ kind: 'ended' });
  });

  it.each([
    ['running', 'dead'],
    ['pending', 'free'],
    ['waiting', 'free'],
    ['paused', 'free'],
  ] as const)('lets a run be taken that is being undone and is %s, as it stands', (status, lease) => {
    const openSteps = [stepOf('a', 'failed'), stepOf('b', 'cancelled')];
    const definition = { hash: 'h2', name: 'w', version: null, body: jsonText({}) };
    const snapshot = snapshotOf({ status, endingAs: 'failed' }, { lease, openSteps });
    expect(changesOf(decideClaim(snapshot, { ...ways.resume, definition })).map(({ type }) => type)).toEqual([
      'run_claimed',
    ]);
  });

  it('takes another definition where a run is resumed, and only there', () => {
    const definition = { hash: 'h2', name: 'w', version: null, body: jsonText({}) };
    const resumed = { type: 'workflow_resumed', definitionHash: 'h2', rearmed: [] };
    expect(changesOf(decideClaim(snapshotOf(), { ...ways.resume, definition }))[0]).toEqual(resumed);
    expect(changesOf(decideClaim(snapshotOf({ status: 'failed' }), { ...ways.resume, definition }))[0]).toEqual(
      resumed,
    );
    expect(changesOf(decideClaim(snapshotOf(), { ...ways.continue, definition })).map(({ type }) => type)).toEqual([
      'run_claimed',
    ]);
    const same = { ...definition, hash: 'h' };
    expect(changesOf(decideClaim(snapshotOf(), { ...ways.resume, definition: same }))).toHaveLength(1);
  });
});

function changesOf(decision: ClaimDecision) {
  return decision.kind === 'claim' ? decision.changes : [];
}
