import type { RunUsage } from '@sisyphus-state/schema';
import { type Change, type PotShortage, shiftUsage } from '@sisyphus-state/store';
import type { Batch } from './batch.js';
import type { Journal } from './journal.js';

/**
 * Takes out of a batch all attempts that were to begin with it, because the store has no room for them in a budget that other
 * runs share: the rest can be committed. The units are held, as if they had never been admitted.
 */
export function takeBackStarts(journal: Journal, batch: Batch, shortage: PotShortage): void {
  const { guard } = journal;
  const launches = new Map(batch.launches.map((launch) => [launch.unit.key, launch]));
  const undone: { readonly from: RunUsage; readonly to: RunUsage }[] = [];
  const kept: Change[] = [];
  for (const change of batch.changes) {
    const launch = change.type === 'step_started' ? launches.get(change.stepKey) : undefined;
    const to = 'runUsage' in change ? (change.runUsage ?? null) : null;
    const before = launch?.before ?? null;
    if (before !== null && to !== null) undone.push({ from: before.usage, to });
    else
      kept.push(
        to === null
          ? change
          : withUsage(
              change,
              undone.reduce((usage, each) => shiftUsage(usage, each.to, each.from), to),
            ),
      );
  }
  batch.changes.length = 0;
  for (const change of kept) batch.changes.push(change);
  for (const { from, to } of undone) guard.meter.takeBack(from, to);
  for (const { unit, before } of launches.values()) if (before !== null) journal.open(unit.key).takeBack(before);
  guard.refuse(
    [...launches.values()].map(({ unit }) => unit),
    shortage,
  );
  batch.launches.length = 0;
}

function withUsage(change: Change, runUsage: RunUsage): Change {
  return 'runUsage' in change ? { ...change, runUsage } : change;
}
