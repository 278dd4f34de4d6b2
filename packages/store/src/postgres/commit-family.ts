import type { Change } from '../changes/change.js';
import { isTerminalChange } from '../changes/child-end.js';
import type { NewRun, Recorded } from '../store-types.js';
import { askedToCancel, decideErrand, type Errand, errandsOf } from '../transitions/errands.js';
import type { PgConnection } from './client.js';
import { type PostgresContext, readSnapshots } from './context.js';
import { insertChildren } from './create-runs.js';
import type { LockedRun } from './read-statements.js';
import { type CommitRequest, type EncodedCommit, encodeCommit, writeCommits } from './write-changes.js';
import { type AddressedMail, writeMail } from './write-mail.js';

/** The runs that a transaction has locked. */
export interface FamilyLocks {
  /** Those that it asked for; of them `rows` lacks what was deleted. */
  readonly runIds: readonly string[];
  readonly rows: ReadonlyMap<string, LockedRun>;
}

/** One run's commit by a transaction that has its row locked, and perhaps those of whom it concerns. */
export interface FamilyCommit {
  readonly request: CommitRequest;
  readonly locks: FamilyLocks;
  readonly children?: readonly NewRun[];
  readonly at: number;
}

/** Says that a commit concerns runs that have to be locked before its own, in the order of their ids. */
export class MoreLocks extends Error {
  readonly runIds: readonly string[];
  constructor(runIds: readonly string[]) {
    super('more runs have to be locked');
    this.runIds = runIds;
  }
}

/** The other runs that changes of a run concern, as far as they can be known before it is locked. */
export async function concernedBy(
  { statements }: PostgresContext,
  connection: PgConnection,
  runId: string,
  changes: readonly Change[],
): Promise<readonly string[]> {
  const children = askedToCancel(changes);
  if (!changes.some(isTerminalChange)) return children;
  const [head] = await statements.readHeads.all(connection, { runIds: [runId] });
  // A run's parent never changes, so it needs no lock to be read.
  return head === undefined || head.parentRunId === null ? children : [head.parentRunId, ...children];
}

/** Locks runs in the order of their ids. */
export async function lockById(
  { statements }: PostgresContext,
  connection: PgConnection,
  runIds: readonly string[],
): Promise<FamilyLocks> {
  const locked = await statements.lockRuns.all(connection, { runIds });
  return { runIds, rows: new Map(locked.map((run) => [run.id, run])) };
}

/** Does work in a transaction that locks one run, and again with more locks where it turns out to need them. */
export async function withLocks<T>(runId: string, transaction: (runIds: readonly string[]) => Promise<T>): Promise<T> {
  let runIds: readonly string[] = [runId];
  for (;;) {
    try {
      return await transaction(runIds);
    } catch (error) {
      if (!(error instanceof MoreLocks)) throw error;
      runIds = error.runIds;
    }
  }
}

/**
 * Writes one run's commit with all that it means for its parent and its children, and the children it brings about.
 *
 * Throws `MoreLocks` when it concerns a run that is not locked and must have been locked before this one.
 */
export async function commitFamily(
  context: PostgresContext,
  connection: PgConnection,
  commit: FamilyCommit,
): Promise<Recorded> {
  const { request, children = [], at } = commit;
  const errands = errandsFor(commit);
  const others = errands.length === 0 ? noOthers : await decideOthers(context, connection, commit, errands);
  const commits = [encodeCommit(request, at), ...others.commits];
  const [recorded] = await writeCommits(context, connection, commits, { at, toleranceMs: null });
  if (!recorded)
    throw new Error(
      `A change of run ${request.runId} belongs to a step that has no row yet (the change that starts or skips it comes first), or takes mail that was taken before.`,
    );
  await writeMail(context, connection, others.mail, at);
  if (children.length > 0) await insertChildren(context, connection, children, at);
  return recorded;
}

interface Others {
  readonly commits: readonly EncodedCommit[];
  readonly mail: readonly AddressedMail[];
}

const noOthers: Others = { commits: [], mail: [] };

function errandsFor({ request, locks }: FamilyCommit): readonly Errand[] {
  const run = locks.rows.get(request.runId);
  return run === undefined ? [] : errandsOf(run, request.changes, run.lastSeq + 1);
}

async function decideOthers(
  context: PostgresContext,
  connection: PgConnection,
  { request, locks, at }: FamilyCommit,
  errands: readonly Errand[],
): Promise<Others> {
  const asked = new Set(locks.runIds);
  const missing = errands.map(({ runId }) => runId).filter((runId) => !asked.has(runId));
  const late = await lockLate(context, connection, request.runId, locks, missing);
  const concerned = errands.flatMap(({ runId }) => locks.rows.get(runId) ?? late.get(runId) ?? []);
  const asksChildren = errands.some(({ kind }) => kind === 'cancel');
  // None of their steps is looked at: a child that has any is left to whoever takes it.
  const snapshots = await readSnapshots(context, connection, concerned, { withSteps: false, withMail: asksChildren });
  const commits: EncodedCommit[] = [];
  const mail: AddressedMail[] = [];
  for (const errand of errands) {
    const snapshot = snapshots.get(errand.runId);
    if (snapshot === undefined) continue;
    const { runId } = errand;
    const { changes, mail: pieces = [] } = decideErrand(snapshot, errand);
    if (changes.length === 0 && pieces.length === 0) continue;
    const { fence } = snapshot.run;
    commits.push(encodeCommit({ runId, guard: null, changes, fence, worker: null, tell: true }, at));
    mail.push(...pieces.map((piece) => ({ ...piece, runId })));
  }
  return { commits, mail };
}

/** Locks what was not known before; a run that is not there is deleted, and nobody's concern any more. */
async function lockLate(
  context: PostgresContext,
  connection: PgConnection,
  runId: string,
  locks: FamilyLocks,
  missing: readonly string[],
): Promise<FamilyLocks['rows']> {
  if (missing.length === 0) return new Map();
  if (missing.some((other) => other < runId)) throw new MoreLocks([...locks.runIds, ...missing]);
  return (await lockById(context, connection, missing)).rows;
}
