import type { Workflow } from '@sisyphus-state/executor';
import type { WorkflowStore } from '@sisyphus-state/store';
import { findViolations } from '../../crash/find-violations.js';
import type { RecordedRun } from '../../crash/recorded-run.js';
import { inLanes } from '../../support/in-lanes.js';
import type { WorkLine } from './work-line.js';

/** Reads all that is kept of these runs. */
export function readRecordedRuns(store: WorkflowStore, runIds: readonly string[]): Promise<readonly RecordedRun[]> {
  return inLanes(8, runIds, async (runId) => {
    const run = await store.readRun(runId);
    if (run === null) throw new Error(`There is no run ${runId}.`);
    return { run, steps: await store.readSteps(runId), events: await store.readEvents(runId) };
  });
}

/**
 * Finds everything in runs and in their handlers' log that must not be; an empty list is what is promised.
 *
 * Each attempt that was executed is recorded and was executed once, none after its step's completion; each step began
 * after the end of what it needs; each run ended once; its log folds to its tables.
 */
export function findFaults(
  workflow: Workflow,
  recorded: readonly RecordedRun[],
  lines: readonly WorkLine[],
): readonly string[] {
  const byRun = groupByRun(lines);
  return recorded.flatMap((each) => {
    const own = (byRun.get(each.run.id) ?? []).flatMap((line) => (line.kind === 'left' ? [] : [line]));
    return [...findViolations(workflow, each, own), ...checkCompletions(each)].map(
      (fault) => `${each.run.id}: ${fault}`,
    );
  });
}

/** By the audit log: nothing of a step begins after its completion, and no step is completed twice. */
function checkCompletions({ events }: RecordedRun): string[] {
  const completed = new Set<string>();
  const found: string[] = [];
  for (const { type, stepKey, seq } of events) {
    if (stepKey !== null && completed.has(stepKey)) found.push(`event ${seq} (${type}) after ${stepKey} was completed`);
    if (type === 'step_completed' && stepKey !== null) completed.add(stepKey);
  }
  return found;
}

function groupByRun(lines: readonly WorkLine[]): ReadonlyMap<string, WorkLine[]> {
  const groups = new Map<string, WorkLine[]>();
  for (const line of lines) {
    const group = groups.get(line.runId);
    if (group === undefined) groups.set(line.runId, [line]);
    else group.push(line);
  }
  return groups;
}
