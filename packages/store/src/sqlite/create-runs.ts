import type { RunProjection } from '@sisyphus-state/schema';
import { workflowRuns } from '@sisyphus-state/schema/sqlite';
import { getTableColumns } from 'drizzle-orm';
import { firstChanges, type RunToCreate } from '../changes/first-changes.js';
import { foldProjections } from '../changes/fold.js';
import { stampChanges } from '../changes/stamp-changes.js';
import { RunExistsError } from '../errors.js';
import type { CreatedRun, Lease, NewDefinition } from '../store-types.js';
import { checkSameRequest } from '../transitions/check-same-request.js';
import { checkFirstChanges, newPot } from '../transitions/draw-on-pot.js';
import type { SqliteContext } from './context.js';
import { sqliteCode } from './driver-errors.js';
import { potsOfLease } from './pots.js';
import { writeBodies } from './write-changes.js';

const emptyRow = Object.fromEntries(Object.keys(getTableColumns(workflowRuns)).map((name) => [name, null]));

/** Creates one run inside the transaction at hand, or finds the one that has its idempotency key. */
export function createRun(context: SqliteContext, run: RunToCreate): CreatedRun {
  checkFirstChanges(run);
  const at = context.clock();
  const known = findByKey(context, run);
  if (known !== null) return { runId: known, created: false, lease: null, at };
  if (run.definition) writeDefinition(context, run.definition, at);
  const fence = run.lease ? 1 : 0;
  const worker = run.lease?.worker ?? null;
  const stamped = stampChanges(firstChanges(run, at), { runId: run.id, firstSeq: 1, at, fence, worker });
  const { run: columns, steps } = foldProjections(stamped.projections);
  const isHeld = columns.leaseWorker !== null;
  const expiresAt = run.lease && isHeld ? at + Math.trunc(run.lease.leaseMs) : null;
  writeBodies(context, stamped.bodies);
  insertRun(context, run.id, {
    ...emptyRow,
    ...columns,
    revision: 1,
    lastSeq: stamped.events.length,
    leaseHolder: isHeld ? JSON.stringify(context.identity) : null,
    leaseExpiresAt: expiresAt,
    leaseMs: run.lease && isHeld ? Math.trunc(run.lease.leaseMs) : null,
    leaseRenewals: 0,
    updatedAt: at,
  });
  if (columns.budget !== null) context.statements.insertPot.run({ ...newPot(run.id, columns.usage) });
  for (const event of stamped.events) context.statements.insertEvent.run(event);
  for (const { stepKey, ...columns } of steps)
    context.statements.upsertStep(columns, {}, { runId: run.id, stepKey, updatedAt: at });
  for (const child of run.children ?? []) createRun(context, child);
  const lease = leaseOf(columns, expiresAt);
  return { runId: run.id, created: true, lease: lease && { ...lease, ...potsOfLease(context, columns) }, at };
}

function insertRun({ statements }: SqliteContext, runId: string, row: object): void {
  try {
    statements.insertRun.run(row);
  } catch (error) {
    throw sqliteCode(error) === 'SQLITE_CONSTRAINT_PRIMARYKEY' ? new RunExistsError(runId, { cause: error }) : error;
  }
}

/** Keeps a definition; the same hash is kept once. */
export function writeDefinition(context: SqliteContext, definition: NewDefinition, at: number): void {
  context.statements.insertDefinition.run({ ...definition, createdAt: at });
}

function leaseOf(run: RunProjection, expiresAt: number | null): Lease | null {
  if (run.leaseWorker === null || expiresAt === null) return null;
  return { runId: run.id, worker: run.leaseWorker, fence: run.fence, revision: 1, expiresAt };
}

function findByKey(context: SqliteContext, run: RunToCreate): string | null {
  if (run.idempotencyKey === undefined || run.idempotencyKey === null) return null;
  const { idempotencyKey, namespace = 'default' } = run;
  const known = context.statements.readRunByKey.get({ namespace, idempotencyKey });
  if (known === undefined) return null;
  checkSameRequest(run, known);
  return known.id;
}
