import { noUsage } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { type MeteredEntry, RunMeter } from './run-meter.js';

const entry = (reserved: MeteredEntry['reserved'] = null): MeteredEntry => ({ reserved, isFresh: false });
const tokens = (amount: number) => ({ tokens: amount, cost: 0 });

describe('a run’s meter', () => {
  it('counts nothing of a run without a budget whose steps neither reserve nor report', () => {
    const meter = new RunMeter();
    const step = entry();
    expect([meter.begin(step, tokens(0), true), meter.settle(step, null), meter.cutOff(step)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('charges a cut-off attempt its reservation when the next one begins, and keeps the new one free', () => {
    const usage = { ...noUsage, steps: 1, attempts: 1, reserved: tokens(10) };
    const meter = new RunMeter({ budget: { tokens: 100 }, usage });
    const step = entry(tokens(10));
    expect(meter.begin(step, tokens(20), false)).toEqual({
      ...{ ...noUsage, steps: 1, attempts: 2, tokens: 10, reserved: tokens(20), unsettled: tokens(10) },
    });
    expect(meter.settle(step, tokens(3))).toMatchObject({ tokens: 13, reserved: tokens(0), unsettled: tokens(10) });
  });

  it('charges nothing for an attempt whose handler was never entered', () => {
    const meter = new RunMeter({ budget: { tokens: 100 } });
    const [never, cut] = [entry(), entry()];
    meter.begin(never, tokens(5), true);
    meter.begin(cut, tokens(7), true);
    meter.entered(cut);
    expect(meter.cutOff(never)).toMatchObject({ tokens: 0, reserved: tokens(7) });
    expect(meter.cutOff(cut)).toMatchObject({ tokens: 7, reserved: tokens(0), unsettled: tokens(7) });
  });

  it('counts the time with an attempt running, several at the same time once, and none of the time between', () => {
    let now = 0;
    const meter = new RunMeter({ budget: { duration: 1000 }, monotonic: () => now });
    const [one, other] = [entry(), entry()];
    meter.begin(one, tokens(0), true);
    meter.begin(other, tokens(0), true);
    now = 50;
    meter.entered(one);
    meter.entered(other);
    now = 150;
    meter.left();
    expect(meter.settle(one, null)).toMatchObject({ duration: 100 });
    now = 175.5;
    meter.left();
    now = 900;
    expect(meter.settle(other, null)).toMatchObject({ duration: 125 });
  });

  it('takes back what began, and knows what a whole attempt would make of it', () => {
    const meter = new RunMeter({ isShared: true });
    const before = meter.usage;
    const to = meter.begin(entry(), tokens(9), true) ?? noUsage;
    meter.takeBack(before, to);
    expect(meter.usage).toEqual(noUsage);
    expect(meter.afterWhole(true)).toMatchObject({ steps: 1, attempts: 1, reserved: tokens(0) });
    expect(meter.usage).toEqual(noUsage);
  });
});
