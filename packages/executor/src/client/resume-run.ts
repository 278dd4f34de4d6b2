import { isTerminal, type RunRow } from '@sisyphus-state/schema';
import {
  type Claim,
  type ClaimOutcome,
  type ClaimRequest,
  decodeValue,
  type Lease,
  LeaseLostError,
  RunHeldError,
  RunNotFoundError,
  RunStateError,
  readBudget,
  readUsage,
} from '@sisyphus-state/store';
import { deepFreeze } from '../engine/deep-freeze.js';
import { Journal } from '../engine/journal.js';
import { RunDriver } from '../engine/run-driver.js';
import type { ResumeOptions } from '../executor-options.js';
import type { Program } from '../program.js';
import type { Workflow } from '../workflow.js';
import { boundsOf } from './bounds-of.js';
import { checkRunnable } from './check-runnable.js';
import { childSource } from './child-source.js';
import { chooseDefinition } from './choose-definition.js';
import type { Client, DriveOptions, StartedRun } from './client.js';
import { failuresToKeep } from './failures-to-keep.js';
import { newTerms } from './new-terms.js';
import { newDefinition, progressOf } from './plan-source.js';
import { readVerdict } from './read-verdict.js';
import { findRevivals } from './revive-run.js';

/** Claims a run that is not completed and drives it on from its journal. */
export async function resumeRun(
  client: Client,
  runId: string,
  workflow: Workflow | string | undefined,
  options: ResumeOptions,
  how: DriveOptions = {},
): Promise<StartedRun> {
  for (;;) {
    const run = await client.store.readRun(runId);
    if (run === null) throw new RunNotFoundError(runId);
    if (run.status === 'completed') return { runId, created: false, driver: null };
    if (isUndone(run)) throw undone(run);
    const { outcome, driver } = await claimToResume(client, run, workflow, options, how);
    // What was chosen by what it had done then may not fit what it has done since.
    if (outcome.kind === 'changed') continue;
    if (outcome.kind === 'missing') throw new RunNotFoundError(runId);
    if (outcome.kind === 'held') throw new RunHeldError(runId, outcome.holder, outcome.until);
    if (outcome.kind === 'ended' && isUndone(outcome.run)) throw undone(outcome.run);
    // `not_due` is no outcome of a resume; a run that was completed meanwhile is.
    return { runId, created: false, driver };
  }
}

async function claimToResume(
  client: Client,
  run: RunRow,
  workflow: Workflow | string | undefined,
  { takeover, ...options }: ResumeOptions,
  how: DriveOptions,
): Promise<Claimed> {
  const terms = await newTerms(client.store, run, options);
  // What undoes a run goes by the definition that says how.
  const onDrift = run.endingAs === null ? (options.onDrift ?? 'fail') : 'pinned';
  const program = await chooseDefinition(client, run, workflow, onDrift);
  checkRunnable(client, program);
  const isPinned = program.kind === 'data' && program.hash === run.definitionHash;
  const definition = isPinned ? null : newDefinition(program);
  const keepFailed = await failuresToKeep(client.store, run, program);
  const request = { mode: 'resume', takeover, definition, keepFailed, ...terms } as const;
  return claim(client, run, program, request, how);
}

/** Goes on with a run that is due or was given back, or whose holder is gone; null when there is nothing to take. */
export async function continueRun(client: Client, runId: string, how: DriveOptions = {}): Promise<RunDriver | null> {
  const run = await client.store.readRun(runId);
  if (run?.status !== 'pending' && run?.status !== 'running' && run?.status !== 'waiting') return null;
  const program = await chooseDefinition(client, run, undefined, 'pinned');
  checkRunnable(client, program);
  return (await claim(client, run, program, { mode: 'continue' }, how)).driver;
}

/** What became of a claim, and who drives the run if it was taken. */
interface Claimed {
  readonly outcome: ClaimOutcome;
  readonly driver: RunDriver | null;
}

/** A run that this executor holds but does not drive (its last write failed) is its own to take. */
async function claim(
  client: Client,
  run: RunRow,
  program: Program,
  request: Pick<ClaimRequest, 'mode' | 'takeover' | 'definition' | 'keepFailed' | 'budget' | 'deadlineMs'>,
  how: DriveOptions,
): Promise<Claimed> {
  const { keeper, lease, store, claims } = client;
  // Perhaps it was taken here a moment ago, and its driver is about to begin.
  if (run.leaseWorker === lease.worker) await claims.settled();
  const isOwn = run.leaseWorker === lease.worker && keeper.get(run.id) === undefined;
  const takeover = request.takeover === true || isOwn;
  // A run that somebody works on moves all the time; whoever takes it over with the definition it has need not mind.
  const mayMove = request.takeover === true && request.definition == null;
  const atRevision = mayMove ? {} : { atRevision: run.revision };
  return claims.during(async () => {
    const [outcome] = await store.claimRuns({ ...lease, ...request, runIds: [run.id], takeover, ...atRevision });
    const driver = outcome?.kind === 'claimed' ? await driveClaim(client, program, outcome, how) : null;
    return { outcome: outcome ?? { kind: 'missing', runId: run.id }, driver };
  });
}

function isUndone({ status, endingAs }: RunRow): boolean {
  return isTerminal(status) && endingAs !== null;
}

function undone({ id, status }: RunRow): RunStateError {
  const why = 'its completed steps were undone by their compensations, so there is nothing to go on from.';
  return new RunStateError(id, status, `${why} Fork it from one of its steps, or start a new run.`);
}

/** Drives a run that this executor has claimed. */
export async function driveClaim(
  client: Client,
  program: Program,
  claimed: Claim,
  { tender, lingers }: DriveOptions = {},
): Promise<RunDriver> {
  const { run, lease, at } = claimed;
  const { store, keeper } = client;
  const verdict = run.endingAs === null ? null : await readVerdict(store, run.id);
  const journal = journalOf(client, program, claimed);
  const revivals = await findRevivals(store, journal);
  // Read after them: of what was told of them up to then nothing is missing.
  const mail = revivals.size === 0 ? claimed.mail : await store.readMail(run.id);
  dismissOld(client, lease);
  const input = deepFreeze(decodeValue(run.input));
  const children = childSource(client, run, { tender, revivals });
  const { id: runId, deadlineAt } = run;
  const makeProgress = progressOf(program);
  const driven = { runId, makeProgress, input, journal, mail, deadlineAt, verdict, children, lingers };
  const driver = new RunDriver(client.engine, driven, at);
  keeper.add(driver, lease);
  driver.resume(lease, at);
  return driver;
}

/** A run that was taken over from a driver of this very executor: that one stops now, not at its next write. */
export function dismissOld({ keeper }: Pick<Client, 'keeper'>, { runId, fence }: Lease): void {
  keeper.get(runId)?.abandon(new LeaseLostError(runId, fence - 1, 'this executor resumed the run again'));
}

/** The journal of a run that was claimed, with what holds the run within its bounds. */
export function journalOf(client: Pick<Client, 'engine'>, program: Program, { run, lease, steps }: Claim): Journal {
  const budget = run.budget === null ? null : readBudget(run.budget);
  const bounds = { budget, usage: readUsage(run.usage), isShared: lease.pots !== undefined };
  return new Journal(steps, boundsOf(client, program, bounds));
}
