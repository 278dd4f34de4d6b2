import type { ClaimOutcome, ClaimRequest, RunSnapshot } from '../store-types.js';
import { decideClaim } from '../transitions/decide-claim.js';
import { newPot } from '../transitions/draw-on-pot.js';
import { readSnapshot, type SqliteContext } from './context.js';
import { writeDefinition } from './create-runs.js';
import { potsOfLease } from './pots.js';
import { writeChanges } from './write-changes.js';

/** Takes one run inside the transaction at hand, with its journal, or says why not. */
export function claimRun(context: SqliteContext, runId: string, request: ClaimRequest): ClaimOutcome {
  const now = context.clock();
  // Only a resume arms steps again.
  const snapshot = readSnapshot(context, runId, now, { withSteps: request.mode === 'resume' });
  if (snapshot === null) return { kind: 'missing', runId };
  const decision = decideClaim(snapshot, request);
  if (decision.kind === 'held') return heldBy(snapshot);
  if (decision.kind !== 'claim') return { kind: decision.kind, runId, run: readWhole(context, runId) };
  const { worker, leaseMs } = request;
  if (request.mode === 'resume' && request.definition) writeDefinition(context, request.definition, now);
  const fence = snapshot.run.fence + 1;
  const wholeMs = Math.trunc(leaseMs);
  const expiresAt = now + wholeMs;
  const operational = { leaseHolder: JSON.stringify(context.identity), leaseExpiresAt: expiresAt, leaseMs: wholeMs };
  const { changes } = decision;
  const { revision } = writeChanges(context, {
    runId,
    head: snapshot.run,
    changes,
    at: now,
    fence,
    worker,
    operational,
  });
  const run = readWhole(context, runId);
  if (run.budget !== null) context.statements.insertPot.run({ ...newPot(runId, run.usage) });
  return {
    kind: 'claimed',
    lease: { runId, worker, fence, revision, expiresAt, ...potsOfLease(context, run) },
    run,
    steps: context.statements.readSteps.all({ runId }),
    mail: snapshot.mail,
    at: now,
  };
}

function heldBy({ run }: RunSnapshot): ClaimOutcome {
  return { kind: 'held', runId: run.id, holder: run.leaseWorker ?? 'nobody', until: run.leaseExpiresAt ?? 0 };
}

function readWhole(context: SqliteContext, runId: string) {
  const run = context.statements.readRun.get({ runId });
  if (run === undefined) throw new Error(`Run ${runId} vanished inside a transaction.`);
  return run;
}
