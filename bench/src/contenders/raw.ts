import Database from 'better-sqlite3';
import { v7 as uuidv7 } from 'uuid';
import { type Work, workType } from '../workload.js';
import type { Contender, OpenContender } from './contender.js';
import { emptyInputHash, foreachPlan, type RawPlan, sequentialPlan } from './raw-plan.js';
import { prepareRaw, type RawStatements } from './raw-statements.js';

const leaseMs = 30_000;

/**
 * better-sqlite3 by hand: the rows the engine writes, in the same tables, with prepared statements and one transaction a
 * step, one after the other. It reads nothing, checks nothing and can resume nothing.
 */
export async function openRaw({ path, synchronous, work }: OpenContender): Promise<Contender> {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${synchronous}`);
  db.pragma('foreign_keys = ON');
  const statements = prepareRaw(db);
  const plans = new Map<string, RawPlan>();
  const remember = (key: string, make: () => RawPlan): RawPlan => {
    const plan = plans.get(key) ?? make();
    if (!plans.has(key)) plans.set(key, plan);
    return plan;
  };
  return {
    runs: async ({ runs, steps }) => {
      const plan = remember(`runs-${steps}`, () => sequentialPlan(statements, steps));
      for (let run = 0; run < runs; run++) runRaw(statements, plan, work);
    },
    foreach: async ({ items, atATime }) => {
      const plan = remember(`foreach-${items}-${atATime}`, () => foreachPlan(statements, items, atATime));
      runRaw(statements, plan, work);
    },
    close: async () => {
      db.close();
    },
  };
}

function runRaw(statements: RawStatements, plan: RawPlan, work: Work): void {
  const runId = uuidv7();
  const { keys, atATime } = plan;
  let [seq, revision] = [createRun(statements, plan, runId), 1];
  for (let index = 0; index < keys.length; index++) {
    const result = work();
    const at = Date.now();
    statements.begin.run();
    seq = completeUnit(statements, { runId, key: keys[index], seq, at, result: JSON.stringify(result) });
    if (index + atATime < keys.length) seq = startUnit(statements, plan, { runId, index: index + atATime, seq, at });
    revision += 1;
    if (index + 1 < keys.length) statements.updateRun.run(revision, seq, at, runId);
    else endRun(statements, plan, { runId, revision, seq, at, result });
    statements.commit.run();
  }
}

/** The commit that creates the run and starts its first units; returns the last `seq`. */
function createRun(statements: RawStatements, plan: RawPlan, runId: string): number {
  const { name, hash, input, group, keys, atATime } = plan;
  const at = Date.now();
  const first = Math.min(atATime, keys.length);
  const lastSeq = 2 + first + (group === null ? 0 : 1);
  const started = { ...(input === null ? {} : { input: JSON.parse(input) }), ...startedPayload(plan, runId) };
  statements.begin.run();
  statements.insertRun.run(runId, runId, name, hash, input, lastSeq, at, at, at, at + leaseMs);
  statements.insertEvent.run(runId, 1, 'workflow_started', null, null, at, JSON.stringify(started));
  statements.insertEvent.run(runId, 2, 'run_claimed', null, null, at, '{"first":true}');
  let seq = 2;
  if (group !== null) {
    const { key, itemCount, inputHash } = group;
    seq += 1;
    statements.insertEvent.run(runId, seq, 'step_started', key, 1, at, startPayload(key, inputHash, itemCount));
    statements.upsertStep.run(runId, key, key, inputHash, itemCount, at, at);
  }
  for (let index = 0; index < first; index++) seq = startUnit(statements, plan, { runId, index, seq, at });
  statements.commit.run();
  return seq;
}

function startedPayload({ name, hash }: RawPlan, runId: string) {
  return { namespace: 'default', name, definitionHash: hash, queue: 'default', priority: 0, rootRunId: runId };
}

function startPayload(stepId: string, inputHash: string, itemCount: number | undefined): string {
  return JSON.stringify({ stepId, stepType: workType, delivery: 'at-least-once', inputHash, itemCount });
}

interface Start {
  readonly runId: string;
  readonly index: number;
  readonly seq: number;
  readonly at: number;
}

function startUnit(statements: RawStatements, { keys, stepIds }: RawPlan, { runId, index, seq, at }: Start): number {
  const [key, stepId] = [keys[index], stepIds[index] ?? ''];
  const payload = startPayload(stepId, emptyInputHash, undefined);
  statements.insertEvent.run(runId, seq + 1, 'step_started', key, 1, at, payload);
  statements.upsertStep.run(runId, key, stepId, emptyInputHash, null, at, at);
  return seq + 1;
}

interface Completion {
  readonly runId: string;
  readonly key: string | undefined;
  readonly seq: number;
  readonly at: number;
  /** JSON of the result; null for a `foreach`, whose output is never stored. */
  readonly result: string | null;
}

function completeUnit(statements: RawStatements, { runId, key, seq, at, result }: Completion): number {
  const payload = result === null ? '{}' : `{"result":${result}}`;
  statements.insertEvent.run(runId, seq + 1, 'step_completed', key, 1, at, payload);
  statements.completeStep.run(result, seq + 1, at, at, runId, key);
  return seq + 1;
}

interface End {
  readonly runId: string;
  readonly revision: number;
  readonly seq: number;
  readonly at: number;
  readonly result: object;
}

function endRun(
  statements: RawStatements,
  { group, context }: RawPlan,
  { runId, revision, seq, at, result }: End,
): void {
  const before = group === null ? seq : completeUnit(statements, { runId, key: group.key, seq, at, result: null });
  // A foreach's items do not merge into the context.
  const text = JSON.stringify(group === null ? { ...context, ...result } : context);
  const payload = `{"output":null,"context":${text}}`;
  statements.insertEvent.run(runId, before + 1, 'workflow_completed', null, null, at, payload);
  statements.endRun.run(revision, before + 1, at, at, text, runId);
}
