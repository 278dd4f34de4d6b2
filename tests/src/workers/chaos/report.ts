import { quantile } from '../support/start-delays.js';
import type { ChaosOptions, ChaosReport } from './drain-under-kills.js';

type Load = Omit<ChaosOptions, 'deadlineMs'>;

/** How long a run may wait after its worker's death. */
export function allowedWaitMs({ leaseMs }: Pick<ChaosOptions, 'leaseMs'>): number {
  return leaseMs + 2_000;
}

/** Says whether all is as promised. */
export function isAsPromised(
  load: Pick<Load, 'runs' | 'kills' | 'leaseMs' | 'concurrency'>,
  report: ChaosReport,
): boolean {
  return (
    report.completed === load.runs &&
    report.kills === load.kills &&
    report.longestWaitMs <= allowedWaitMs(load) &&
    report.busiest <= load.concurrency &&
    report.faults.length === 0 &&
    report.errors.length === 0
  );
}

/** The figures, for a terminal. */
export function describeReport(load: Load, report: ChaosReport): string {
  const { runs, workers, concurrency, stepMs, seed } = load;
  const lines = [
    `${workers} processes × ${concurrency} runs at once, steps of ${stepMs.join('–')} ms, --seed ${seed}`,
    `${report.completed} of ${runs} runs × 5 steps completed in ${seconds(report.drainMs)}, in ${report.attempts} attempts`,
    `${report.kills} kills left ${report.orphaned} runs; the longest of them waited ${seconds(report.longestWaitMs)} (allowed: ${seconds(allowedWaitMs(load))})`,
    `the event loop of a worker was late by ${report.loopP99Ms.toFixed(0)} ms at p99`,
    `${report.faults.length} faults, ${report.errors.length} errors seen by workers`,
    ...report.faults.slice(0, 20),
    ...report.errors.slice(0, 20).map((error) => JSON.stringify(error)),
    isAsPromised(load, report) ? 'all is as promised' : 'THIS IS NOT AS PROMISED',
  ];
  return lines.map((line) => `  ${line}`).join('\n');
}

/** From the call that enqueues to the handler, for a terminal. */
export function describeDelays(where: string, delays: readonly number[]): string {
  const at = (share: number): string => `${quantile(delays, share).toFixed(1)} ms`;
  return `  what is enqueued ${where} starts after ${at(0.5)} at p50, ${at(0.99)} at p99 (of ${delays.length})`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
