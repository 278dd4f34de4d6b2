import { isTerminal, type RunRow, type RunStatus } from '@sisyphus-state/schema';
import { decodeError, type RunFilter, type WorkflowStore } from '@sisyphus-state/store';
import { exitStatus } from '../errors/exit-status.js';
import { paintStatus } from '../format/status.js';
import { layOutTable } from '../format/table.js';
import { count, firstLine, oneLine } from '../format/text.js';
import { isoInstant, showAge, showDuration } from '../format/time.js';
import { showWait, waitOf } from '../format/wait.js';
import { findRun } from '../input/find-run.js';
import { withExistingStore } from '../input/open-database.js';
import { type CommandContext, printDocument } from './command.js';
import { queueAttention } from './queue-attention.js';
import { whyUnattended } from './run-attention.js';

/** Arguments of `ls`. */
export interface LsArguments {
  readonly status: readonly RunStatus[] | undefined;
  readonly name: string | undefined;
  readonly limit: number;
  /** Only the runs that steps of this run wait or waited for; its id, or a part of it. */
  readonly parent?: string | undefined;
}

const pageSize = 1000;

/** `sisyphus ls`: lists runs, newest first, and says which of them nobody works on. */
export function ls(context: CommandContext, given: LsArguments): Promise<number> {
  return withExistingStore(context.db, context.terminal, async (store) => {
    const runs = await readRuns(store, given, context.namespace);
    if (context.json)
      printDocument(
        context,
        runs.map((run) => toDocument(run, context.terminal.now())),
      );
    else await printRuns(store, runs, given, context);
    return exitStatus.done;
  });
}

async function readRuns(
  store: WorkflowStore,
  { status, name, limit, parent }: LsArguments,
  namespace: string | undefined,
): Promise<readonly RunRow[]> {
  const runs: RunRow[] = [];
  const parentRow = parent === undefined ? null : await store.readRun(await findRun(store, parent, namespace));
  const filter: RunFilter = {
    ...(status && { status }),
    ...(name !== undefined && { name }),
    ...(namespace && { namespace }),
    // Children are where their parent is.
    ...(parentRow && { parentRunId: parentRow.id, namespace: parentRow.namespace }),
  };
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
  const { queue, priority, concurrencyKey } = run;
  return {
    ...{ id, name, version, status, reason },
    wakeAt: isoInstant(run.wakeAt),
    ...{ queue, priority, concurrencyKey, parentRunId: run.parentRunId },
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

async function printRuns(
  store: WorkflowStore,
  runs: readonly RunRow[],
  given: LsArguments,
  context: CommandContext,
): Promise<void> {
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
  const unattended = runs.filter((run) => whyUnattended(run, now) !== null);
  for (const line of await queueAttention(store, unattended, context)) terminal.note(line);
  if (runs.length === given.limit)
    terminal.note(`Only the newest ${count(given.limit, 'run')} are shown; --limit shows more.`);
}

function isFiltered({ status, name, parent }: LsArguments): boolean {
  return status !== undefined || name !== undefined || parent !== undefined;
}

function tookOf({ startedAt, finishedAt, status }: RunRow, now: number): string {
  if (startedAt === null) return '';
  if (finishedAt !== null) return showDuration(finishedAt - startedAt);
  return isTerminal(status) ? '' : showDuration(now - startedAt);
}

function remarkOf(run: RunRow, now: number): string {
  const unattended = whyUnattended(run, now);
  if (unattended !== null) return unattended;
  const isParked = run.status === 'waiting' || (run.status === 'pending' && run.wakeAt !== null);
  if (isParked) return showWait(waitOf(run), now);
  if (run.status === 'failed') return firstLine(decodeError(run.error)?.message ?? '');
  return run.reason === null ? '' : oneLine(run.reason);
}
