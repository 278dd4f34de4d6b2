import type { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { connect } from '../postgres/connect.js';
import { payload, stepKey, workType } from '../workload.js';

/** A connection that keeps steps the plain way. */
export interface PlainSteps {
  /** Keeps so many steps, one after the other. */
  steps(count: number): Promise<void>;
  close(): Promise<void>;
}

const insertRun = `INSERT INTO sisyphus.workflow_runs (id, root_run_id, name, status, created_at, updated_at)
  VALUES ($1, $1, 'plain', 'running', $2, $2)`;
const insertStep = {
  name: 'plain-step',
  text: `INSERT INTO sisyphus.workflow_steps
    (run_id, step_key, step_id, type, status, result, attempts, started_at, finished_at, updated_at)
    VALUES ($1, $2, $2, '${workType}', 'completed', $3, 1, $4, $4, $4)`,
};
const insertEvent = {
  name: 'plain-event',
  text: `INSERT INTO sisyphus.audit_events (run_id, seq, type, step_key, attempt, at, payload)
    VALUES ($1, $2, 'step_completed', $3, 1, $4, $5)`,
};

/** One connection that does BEGIN, an INSERT of the step, an INSERT of its event and COMMIT for every step. */
export async function openPlainSteps(url: string): Promise<PlainSteps> {
  const client = await connect(url);
  return { steps: (count) => keepSteps(client, count), close: () => client.end() };
}

async function keepSteps(client: Client, count: number): Promise<void> {
  const runId = uuidv7();
  await client.query(insertRun, [runId, Date.now()]);
  for (let index = 0; index < count; index++) {
    const [key, at, result] = [stepKey(index), Date.now(), JSON.stringify(payload)];
    await client.query('BEGIN');
    await client.query({ ...insertStep, values: [runId, key, result, at] });
    await client.query({ ...insertEvent, values: [runId, index + 1, key, at, `{"result":${result}}`] });
    await client.query('COMMIT');
  }
}
