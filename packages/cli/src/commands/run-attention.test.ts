import { readProcessIdentity } from '@sisyphus-state/store';
import { expect, it } from 'vitest';
import { isAttended, whyUnattended } from './run-attention.js';

const own = readProcessIdentity();
/** Same process number, started at another time: provably not the holder. */
const dead = { ...own, processStart: '1' };
const elsewhere = { ...own, host: 'another-host' };

const now = 10_000;

type Row = Parameters<typeof whyUnattended>[0];

function row(given: Partial<Row>): Row {
  return {
    status: 'running',
    wakeAt: null,
    updatedAt: 0,
    leaseWorker: null,
    leaseHolder: null,
    leaseExpiresAt: null,
    ...given,
  };
}

function held(holder: object, leaseExpiresAt: number): Partial<Row> {
  return { leaseWorker: 'w', leaseHolder: JSON.stringify(holder), leaseExpiresAt };
}

it.each<[string, Partial<Row>, string | null]>([
  ['a run that was given back', { status: 'pending' }, 'nobody works on it'],
  ['a run that was given back just now', { status: 'pending', updatedAt: now - 1999 }, null],
  ['a run whose time has not come', { status: 'pending', wakeAt: now + 1 }, null],
  ['a run whose time has come', { status: 'pending', wakeAt: now - 2000 }, 'nobody works on it'],
  ['a run whose time has come just now', { status: 'pending', wakeAt: now - 1999 }, null],
  ['a run that is held', held(own, now + 1), null],
  ['a run that is held on another machine', held(elsewhere, now + 1), null],
  ['a run whose worker let its lease run out', held(elsewhere, now - 1), 'its worker let its lease run out'],
  ['a run that waits for somebody', { status: 'waiting' }, null],
  ['a run whose timer should have fired', { status: 'waiting', wakeAt: now - 2000 }, 'nobody works on it'],
  ['a parked run', { status: 'waiting', wakeAt: now + 60_000 }, null],
  ['a paused run', { status: 'paused' }, null],
  ['a completed run', { status: 'completed' }, null],
  ['a failed run', { status: 'failed' }, null],
])('judges %s', (_, given, expected) => {
  expect(whyUnattended(row(given), now)).toBe(expected);
});

it.skipIf(own.processStart === null)('knows that a worker is gone, whatever its lease says', () => {
  expect(whyUnattended(row(held(dead, now + 1)), now)).toBe('its worker is gone');
});

it.skipIf(own.processStart === null)('tells who is at work from who only was', () => {
  expect(isAttended(row(held(own, now + 1)), now)).toBe(true);
  expect(
    [row({}), row(held(elsewhere, now - 1)), row(held(dead, now + 1))].map((each) => isAttended(each, now)),
  ).toEqual([false, false, false]);
});
