import { noUsage } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { chargeCutOff, readBudget, readSpend, readUsage, reserveSpend, settleSpend } from './run-usage.js';

const reserved = { tokens: 10, cost: 4 };

describe('a run’s usage', () => {
  it('gets what an attempt used in the place of what was kept free for it', () => {
    const begun = reserveSpend(reserveSpend(noUsage, reserved), { tokens: 1, cost: 0 });
    expect(begun).toEqual({ ...noUsage, reserved: { tokens: 11, cost: 4 } });
    expect(settleSpend(begun, reserved, { tokens: 25, cost: 1 })).toEqual({
      ...noUsage,
      ...{ tokens: 25, cost: 1, reserved: { tokens: 1, cost: 0 } },
    });
  });

  it('gets what was kept free for an attempt that was cut off, and says that it is not known', () => {
    const once = chargeCutOff(reserveSpend(noUsage, reserved), reserved);
    expect(once).toEqual({ ...noUsage, ...reserved, unsettled: reserved });
    expect(chargeCutOff(reserveSpend(once, reserved), reserved).unsettled).toEqual({ tokens: 20, cost: 8 });
  });

  it('reads what is not there as nothing, and half of a spend as the half that it is', () => {
    expect([readUsage(null), readBudget(null), readSpend(null)]).toEqual([noUsage, {}, { tokens: 0, cost: 0 }]);
    expect(readSpend('{"cost":3}')).toEqual({ tokens: 0, cost: 3 });
    expect(readUsage(JSON.stringify(noUsage))).toEqual(noUsage);
  });
});
