import type { RunRow } from '@sisyphus-state/schema';
import type { WorkflowStore } from '@sisyphus-state/store';
import { count, oneLine } from '../format/text.js';
import { noModules } from '../input/load-modules.js';
import { isCodeRun } from '../live/code-run.js';
import { type CommandContext, resumeCommandFor, workCommandFor } from './command.js';
import { isAttended } from './run-attention.js';

/** So many held runs are looked at to tell whether a queue has workers. */
const mostHeld = 1000;

/** Says, a line a queue, that runs are due there and nobody works on them, and what to do about it. */
export async function queueAttention(
  store: WorkflowStore,
  unattended: readonly RunRow[],
  context: CommandContext,
): Promise<readonly string[]> {
  if (unattended.length === 0) return [];
  const held = await countHeld(store, context);
  const queues = new Set(unattended.map(({ queue }) => queue));
  return [...queues].map((queue) => {
    const runs = unattended.filter((run) => run.queue === queue);
    return sayOfQueue(queue, runs, held.get(queue) ?? 0, context);
  });
}

async function countHeld(store: WorkflowStore, { namespace, terminal }: CommandContext): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const running = await store.listRuns({ status: 'running', limit: mostHeld, ...(namespace && { namespace }) });
  const now = terminal.now();
  for (const run of running) if (isAttended(run, now)) counts.set(run.queue, (counts.get(run.queue) ?? 0) + 1);
  return counts;
}

function sayOfQueue(name: string, runs: readonly RunRow[], held: number, context: CommandContext): string {
  const queue = oneLine(name);
  const are = runs.length === 1 ? 'One run is' : `${count(runs.length, 'run')} are`;
  // Somebody works there, and may have no room, or no handler for these.
  if (held > 0)
    return `${are} due in queue ${queue} and not taken; ${count(held, 'run')} of it ${held === 1 ? 'is' : 'are'} at work.`;
  const [first] = runs;
  const work = workCommandFor(
    context,
    name,
    runs.some(isCodeRun) ? { handlers: [], workflows: ['MODULE'] } : noModules,
  );
  const alone = runs.length === 1 && first !== undefined ? `, or ${resumeCommandFor(context, first)}` : '';
  return `${are} due and nobody works queue ${queue}: ${work}${alone}`;
}
