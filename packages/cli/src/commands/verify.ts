import { type Discrepancy, type VerifiableRun, verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { exitStatus } from '../errors/exit-status.js';
import { count, oneLine } from '../format/text.js';
import { previewValue } from '../format/value.js';
import { allRuns, findRun } from '../input/find-run.js';
import { withExistingStore } from '../input/open-database.js';
import { type CommandContext, printDocument } from './command.js';

/** Arguments of `verify`. */
export interface VerifyArguments {
  /** Undefined: every run. */
  readonly run: string | undefined;
}

interface Finding extends Discrepancy {
  readonly runId: string;
}

const valueCells = 60;
/** A run that is being worked on is read again when it moved meanwhile. */
const mostReads = 20;

/** `sisyphus verify [RUN]`: folds the logs and compares them with the tables; status 1 when they disagree. */
export function verify(context: CommandContext, { run }: VerifyArguments): Promise<number> {
  return withExistingStore(context.db, context.terminal, async (store) => {
    const findings: Finding[] = [];
    const moving: string[] = [];
    const totals = { runs: 0, events: 0 };
    for await (const runId of runIds(store, run, context.namespace)) {
      const read = await readUnmoved(store, runId);
      // Deleted since it was listed.
      if (read === 'gone') continue;
      if (read === 'moving') {
        moving.push(runId);
        continue;
      }
      totals.runs += 1;
      totals.events += read.events.length;
      const found = verifyRun(read).map((discrepancy) => ({ runId, ...discrepancy }));
      if (!context.json) printFindings(found, read.run.name, context);
      findings.push(...found);
    }
    if (context.json) printDocument(context, { ...totals, discrepancies: findings, moving });
    else printTotals(totals, findings.length, moving, context);
    return findings.length === 0 ? exitStatus.done : exitStatus.failed;
  });
}

async function* runIds(
  store: WorkflowStore,
  run: string | undefined,
  namespace: string | undefined,
): AsyncGenerator<string> {
  if (run !== undefined) yield await findRun(store, run, namespace);
  else for await (const { id } of allRuns(store, namespace)) yield id;
}

/** Reads a run's rows and log as they stand together: no commit came between. */
async function readUnmoved(store: WorkflowStore, runId: string): Promise<VerifiableRun | 'gone' | 'moving'> {
  for (let reads = 0; reads < mostReads; reads++) {
    const before = await store.readRun(runId);
    const [steps, events] = [await store.readSteps(runId), await store.readEvents(runId)];
    const run = await store.readRun(runId);
    if (before === null || run === null) return 'gone';
    if (run.revision === before.revision) return { run, steps, events };
  }
  return 'moving';
}

function printFindings(found: readonly Finding[], name: string, { terminal }: CommandContext): void {
  const { paint, print } = terminal;
  const [first] = found;
  if (first === undefined) return;
  print(`${paint.red('differs')} ${first.runId} ${oneLine(name)}`);
  for (const { where, folded, stored } of found)
    print(`  ${oneLine(where)}: the log says ${shown(folded)}, the table says ${shown(stored)}`);
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : previewValue(value, valueCells);
}

function printTotals(
  totals: { readonly runs: number; readonly events: number },
  differences: number,
  moving: readonly string[],
  { terminal }: CommandContext,
): void {
  const { paint, print, note } = terminal;
  const checked = `${count(totals.runs, 'run')}, ${count(totals.events, 'event')}`;
  if (differences === 0) print(`${paint.green('verified')} ${checked}: the logs and the tables agree`);
  else print(`${checked}: ${paint.red(`${differences} ${differences === 1 ? 'difference' : 'differences'}`)}`);
  for (const runId of moving)
    note(`Run ${runId} was written to while it was read, again and again: verify it when it rests.`);
}
