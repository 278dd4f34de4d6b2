import type { Contender, OpenContender } from '../contenders/contender.js';
import { payload } from '../workload.js';
import type { ChildReport, ChildRequest } from './child-protocol.js';

/** The whole life of a fresh process: opens a contender, runs what it is told, reports on standard output. */
export async function runChild(open: (options: OpenContender) => Promise<Contender>): Promise<void> {
  // spawnChild wrote it.
  const { path, synchronous, runs } = JSON.parse(process.argv[2] ?? '') as ChildRequest;
  let firstStepMs = Number.NaN;
  const work = () => {
    // Node counts from the start of the process.
    if (Number.isNaN(firstStepMs)) firstStepMs = performance.now();
    return payload;
  };
  const contender = await open({ path, synchronous, work });
  await contender.runs(runs);
  await contender.close();
  const report: ChildReport = { firstStepMs, peakMiB: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(JSON.stringify(report));
}
