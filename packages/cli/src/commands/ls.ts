import { isTerminal, type RunRow, type RunStatus } from '@sisyphus-state/schema';
import { decodeError, type RunFilter, type WorkflowStore } from '@sisyphus-state/store';
import { exitStatus } from '../errors/exit-status.js';
import { paintStatus } from '../format/status.js';
import { layOutTable } from '../format/table.js';
import { count, firstLine, oneLine } from '../format/text.js';
import { isoInstant, showAge, showDuration } from '../format/time.js';
import { withExistingStore } from '../input/open-database.js';
import { type CommandContext, printDocument, resumeCommandFor } from './command.js';
import { whyUnattended } from './run-attention.js';

/** Arguments of `ls`. */
export interface LsArguments {
  readonly status: readonly RunStatus[] | undefined;
  readonly name: string | undefined;
  readonly limit: number;
}

const pageSize = 1000;

/** `sisyphus ls`: lists runs, newest first, and says which of them nobody works on. */
export function ls(context: CommandContext, given: LsArguments): Promise<number> {
  return withExistingStore(context.db, context.terminal, async (store) => {
    const runs = await readRuns(store, given);
    if (context.json)
      printDocument(
        context,
        runs.map((run) => toDocument(run, context.terminal.now())),
      );
    else printRuns(runs, given, context);
    return exitStatus.done;
  });
}

async function readRuns(store: WorkflowStore, { status, name, limit }: LsArguments): Promise<readonly RunRow[]> {
  const runs: RunRow[] = [];
  const filter: RunFilter = { ...(status && { status }), ...(name !== undefined && { name }) };
  for (;;) {
    const wanted = Math.min(pageSize, limit - runs.length);
    const before = runs.at(-1)?.id;
    const page = await store.listRuns({ ...filter, limit: wanted, ...(before !== undefined && { before }) });
    runs.push(...page);
    if (page.length < wanted || runs.length >= limit) return runs;
  }
}

/** Without the values, which may be large: `show` has them. */
function toDocument(run: RunRow, now: number): object {
  const { id, name, version, status, reason, idempotencyKey, leaseWorker, leaseExpiresAt } = run;
  return {
    ...{ id, name, version, status, reason },
    error: decodeError(run.error),
    idempotencyKey,
    // The engine wrote the column from a record of strings.
    tags: run.tags === null ? null : (JSON.parse(run.tags) as Record<string, string>),
    worker: leaseWorker,
    leaseExpiresAt: isoInstant(leaseExpiresAt),
    unattended: whyUnattended(run, now),
    createdAt: isoInstant(run.createdAt),
    startedAt: isoInstant(run.startedAt),
    finishedAt: isoInstant(run.finishedAt),
  };
}

function printRuns(runs: readonly RunRow[], given: LsArguments, context: CommandContext): void {
  const { terminal } = context;
  const { paint, print, columns: width } = terminal;
  if (runs.length === 0)
    return print(isFiltered(given) ? 'No such runs.' : 'No runs yet. Start one: sisyphus run FILE');
  const now = terminal.now();
  const rows = runs.map((run) => [
    run.id,
    paintStatus(run.status, paint),
    showAge(run.createdAt, now),
    tookOf(run, now),
    oneLine(run.name),
    remarkOf(run, now),
  ]);
  const columns = ['RUN', 'STATUS', 'CREATED', 'TOOK', 'NAME'].map((title) => ({ title }));
  const options = { columns: [...columns, { title: '', gives: true }], width, paintTitle: paint.dim };
  for (const line of layOutTable(rows, options)) print(line);
  printAttention(runs, context, now);
  if (runs.length === given.limit)
    terminal.note(`Only the newest ${count(given.limit, 'run')} are shown; --limit shows more.`);
}

function isFiltered({ status, name }: LsArguments): boolean {
  return status !== undefined || name !== undefined;
}

function tookOf({ startedAt, finishedAt, status }: RunRow, now: number): string {
  if (startedAt === null) return '';
  if (finishedAt !== null) return showDuration(finishedAt - startedAt);
  return isTerminal(status) ? '' : showDuration(now - startedAt);
}

function remarkOf(run: RunRow, now: number): string {
  const unattended = whyUnattended(run, now);
  if (unattended !== null) return unattended;
  if (run.status === 'failed') return firstLine(decodeError(run.error)?.message ?? '');
  return run.reason === null ? '' : oneLine(run.reason);
}

function printAttention(runs: readonly RunRow[], context: CommandContext, now: number): void {
  const unattended = runs.filter((run) => whyUnattended(run, now) !== null);
  const [first] = unattended;
  if (first === undefined) return;
  const them = unattended.length === 1 ? 'One run is' : `${unattended.length} runs are`;
  const resumeCommand = resumeCommandFor(context, first.id);
  context.terminal.note(
    `${them} due and nobody works on ${unattended.length === 1 ? 'it' : 'them'}. To go on: ${resumeCommand}`,
  );
}
