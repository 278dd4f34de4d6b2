import { type Change, type Claim, decodeValue, isBeginning } from '@sisyphus-state/store';
import { deepFreeze } from '../engine/deep-freeze.js';
import { RunDriver } from '../engine/run-driver.js';
import { childSource } from './child-source.js';
import type { Client } from './client.js';
import { progressOf } from './plan-source.js';
import { dismissOld, journalOf } from './resume-run.js';

/** A run that was begun in the commit that took it, and who drives it from there. */
export interface Begun {
  readonly driver: RunDriver;
  readonly changes: readonly Change[];
}

/**
 * Begins a new run in the transaction that claims it, which saves it a commit of its own; null for one that has more to it
 * than steps to begin: whoever has claimed it drives it with `driveClaim`.
 *
 * It reads nothing and starts nothing: the transaction may be undone, or done again.
 */
export function beginClaim(client: Client, claim: Claim): Begun | null {
  const { run, lease, steps, mail, at } = claim;
  const { id: runId, definitionHash, deadlineAt } = run;
  const program = definitionHash === null ? null : client.plans.known(definitionHash);
  const isOver = deadlineAt !== null && deadlineAt <= at;
  const isNew = steps.length === 0 && mail.length === 0 && run.endingAs === null && !isOver;
  if (program === null || !isNew || run.budget !== null || lease.pots !== undefined) return null;
  const journal = journalOf(client, program, claim);
  const input = deepFreeze(decodeValue(run.input));
  const children = childSource(client, run);
  const driven = { runId, makeProgress: progressOf(program), input, journal, deadlineAt, children };
  const driver = new RunDriver(client.engine, driven, at);
  const changes = driver.begin();
  const isAll = changes.length > 0 && changes.every(isBeginning) && driver.children.length === 0;
  return isAll ? { driver, changes } : null;
}

/** Drives a run that was begun with its claim. */
export function driveBegun(client: Client, { driver }: Begun, { lease, at }: Claim): RunDriver {
  const { keeper } = client;
  dismissOld(client, lease);
  keeper.add(driver, lease);
  driver.attach(lease, at);
  return driver;
}
