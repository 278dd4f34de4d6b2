import { v7 as uuidv7 } from 'uuid';
import { connectionPool } from '../postgres/connect.js';
import { sequentialWorkflow, stepKey, type Work, workType } from '../workload.js';
import type { OpenOnPostgres, Runner } from './contender.js';
import { pool } from './pool.js';
import { type Connection, createRun, endRun, endStep, insertDefinition } from './postgres-raw-statements.js';
import { emptyInputHash, rawDefinition } from './raw-plan.js';

/** As many as the engine's store has. */
const maxConnections = 10;

/**
 * PostgreSQL by hand: the rows the engine writes, by one prepared statement and one round trip a step.
 *
 * Several runs at a time share ten connections, as the engine's do; one at a time uses one. It reads nothing, checks
 * nothing and can resume nothing.
 */
export async function openPostgresRaw({ url, work }: OpenOnPostgres): Promise<Runner> {
  const connections = connectionPool(url, maxConnections);
  return {
    runs: async ({ runs, steps, atATime }) => {
      const plan = await definePlan(connections, steps);
      if (atATime > 1) return pool(runs, atATime, () => runRaw(connections, plan, work));
      const connection = await connections.connect();
      for (let run = 0; run < runs; run++) await runRaw(connection, plan, work);
      connection.release();
    },
    close: () => connections.end(),
  };
}

interface Plan {
  readonly name: string;
  readonly hash: string;
  readonly steps: number;
}

async function definePlan(connection: Connection, steps: number): Promise<Plan> {
  const { name, hash, body } = rawDefinition(sequentialWorkflow(steps));
  await insertDefinition(connection, [hash, name, body, Date.now()]);
  return { name, hash, steps };
}

async function runRaw(connection: Connection, { name, hash, steps }: Plan, work: Work): Promise<void> {
  const runId = uuidv7();
  const started = { namespace: 'default', name, definitionHash: hash, queue: 'default', priority: 0, rootRunId: runId };
  const first = stepKey(0);
  await createRun(connection, [runId, Date.now(), name, hash, JSON.stringify(started), first, startOf(first)]);
  for (let index = 0; index < steps; index++) {
    const result = JSON.stringify(work());
    // Three events come before the first step's end, two more with every step.
    const [seq, revision] = [4 + 2 * index, 2 + index];
    const values = [runId, Date.now(), stepKey(index), result, seq, `{"result":${result}}`, revision] as const;
    const next = stepKey(index + 1);
    if (index + 1 < steps) await endStep(connection, [...values, next, startOf(next)]);
    else await endRun(connection, [...values, result, `{"output":null,"context":${result}}`]);
  }
}

function startOf(stepId: string): string {
  return JSON.stringify({ stepId, stepType: workType, delivery: 'at-least-once', inputHash: emptyInputHash });
}
