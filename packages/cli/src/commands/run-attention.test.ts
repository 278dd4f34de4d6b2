import { readProcessIdentity } from '@sisyphus-state/store';
import { expect, it } from 'vitest';
import { whyUnattended } from './run-attention.js';

const own = readProcessIdentity();
/** Same process number, started at another time: provably not the holder. */
const dead = { ...own, processStart: '1' };
const elsewhere = { ...own, host: 'another-host' };

type Row = Parameters<typeof whyUnattended>[0];

function row(given: Partial<Row>): Row {
  return { status: 'running', wakeAt: null, leaseWorker: null, leaseHolder: null, leaseExpiresAt: null, ...given };
}

function held(holder: object, leaseExpiresAt: number): Partial<Row> {
  return { leaseWorker: 'w', leaseHolder: JSON.stringify(holder), leaseExpiresAt };
}

it.each<[string, Partial<Row>, string | null]>([
  ['a run that was given back', { status: 'pending' }, 'nobody works on it'],
  ['a run whose time has not come', { status: 'pending', wakeAt: 2000 }, null],
  ['a run whose time has come', { status: 'pending', wakeAt: 1000 }, 'nobody works on it'],
  ['a run that is held', held(own, 2000), null],
  ['a run that is held on another machine', held(elsewhere, 2000), null],
  ['a run whose worker let its lease run out', held(elsewhere, 900), 'its worker let its lease run out'],
  ['a run that waits for somebody', { status: 'waiting' }, null],
  ['a run whose timer should have fired', { status: 'waiting', wakeAt: 900 }, 'nobody works on it'],
  ['a paused run', { status: 'paused' }, null],
  ['a completed run', { status: 'completed' }, null],
  ['a failed run', { status: 'failed' }, null],
])('judges %s', (_, given, expected) => {
  expect(whyUnattended(row(given), 1000)).toBe(expected);
});

it.skipIf(own.processStart === null)('knows that a worker is gone, whatever its lease says', () => {
  expect(whyUnattended(row(held(dead, 2000)), 1000)).toBe('its worker is gone');
});
