import { endingOf } from './ending.js';
import { live, never } from './live.js';
import { readRecordedRun } from './recorded-run.js';
import type { World } from './world.js';

/** The ending of a run that nothing happened to: what every other one must come to as well. */
export async function undisturbedEnding(world: World): Promise<string> {
  const end = await live(world, { name: 'alone', point: never });
  const recorded = await readRecordedRun(world, world.runId);
  if (recorded === null) throw new Error('It ran to its end.');
  return endingOf(recorded, end);
}
