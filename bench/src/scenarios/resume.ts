import { WorkflowExecutor } from '@sisyphus-state/executor';
import { TerminalError } from '@sisyphus-state/handlers';
import { openStore } from '@sisyphus-state/store';
import Database from 'better-sqlite3';
import { v4 as uuidv4 } from 'uuid';
import { type Bench, count, fileIn, type Scenario } from '../bench.js';
import { draftStep } from '../contenders/draft.js';
import { DraftStore } from '../contenders/draft-store.js';
import { fillDraft } from '../fixtures/fill-draft.js';
import { interleave } from '../measure/interleave.js';
import { median, medianRatio } from '../measure/statistics.js';
import { atMost } from '../report/figure.js';
import { stepKey, work, workType } from '../workload.js';

const lastType = 'last';
/** How many steps the draft really passes over; it would take minutes for all. */
const draftSample = 20;

/** Resuming a run of many completed steps: from the call until the first new handler is entered. */
export const resume: Scenario = async (bench) => {
  const { steps, rounds } = bench.sizes.resume;
  const engine = await openFailedRun(bench, steps);
  const raw = openReader(fileIn(bench, 'engine'), engine.runId);
  const draft = openDraftRun(fileIn(bench, 'draft'), steps);
  try {
    const turns = { engine: engine.resume, raw: raw.read, draft: draft.resume };
    const times = await interleave(turns, { rounds, warmUps: 1 });
    return [
      {
        scenario: 'resume',
        what: `a run with ${count(steps)} completed steps: call to first new handler`,
        mode: 'FULL',
        rows: [
          { unit: 'ms', values: { engine: median(times.engine), raw: median(times.raw), draft: median(times.draft) } },
        ],
        ratios: [
          { of: 'of SELECT + JSON.parse of its rows', value: medianRatio(times.engine, times.raw), aim: atMost(4) },
          { of: 'of the draft (extrapolated)', value: medianRatio(times.engine, times.draft), aim: null },
        ],
      },
    ];
  } finally {
    await engine.close();
    raw.close();
    draft.close();
  }
};

/** A run whose last step fails whenever it is tried: it can be resumed again and again. */
async function openFailedRun(bench: Bench, steps: number) {
  const store = await openStore(fileIn(bench, 'engine'), { durability: 'power' });
  let entered = Number.NaN;
  const last = () => {
    entered = performance.now();
    throw new TerminalError('as it should');
  };
  const handlers = { [workType]: work, [lastType]: last };
  const ids = Array.from({ length: steps }, (_, index) => ({ id: stepKey(index), type: workType }));
  // Nobody would let it fail so often: the breaker would pause it.
  const workflow = { name: 'resumed', breaker: false, steps: [...ids, { id: 'end', type: lastType }] } as const;
  const runId = uuidv4();
  await failing(new WorkflowExecutor(store, handlers).execute(workflow, undefined, { runId }));
  return {
    runId,
    resume: async (): Promise<number> => {
      // A new executor knows nothing of the run: as after a restart.
      const executor = new WorkflowExecutor(store, handlers);
      entered = Number.NaN;
      const called = performance.now();
      await failing(executor.resume(runId));
      return entered - called;
    },
    close: () => store.close(),
  };
}

async function failing(run: Promise<unknown>): Promise<void> {
  const outcome = await run.then(
    () => 'it completed',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
  if (outcome !== 'WORKFLOW_FAILED') throw new Error(`The run to be resumed should have failed: ${String(outcome)}.`);
}

/** What nobody can do without: reading the same rows and parsing the JSON in them. */
function openReader(path: string, runId: string) {
  const db = new Database(path);
  const run = db.prepare('SELECT * FROM workflow_runs WHERE id = ?');
  const definition = db
    .prepare(
      'SELECT body FROM workflow_definitions WHERE hash = (SELECT definition_hash FROM workflow_runs WHERE id = ?)',
    )
    .pluck();
  const steps = db.prepare('SELECT * FROM workflow_steps WHERE run_id = ?');
  return {
    read: async (): Promise<number> => {
      const from = performance.now();
      run.get(runId);
      JSON.parse(String(definition.get(runId)));
      // The column is the table's.
      const rows = steps.all(runId) as { readonly result: string | null }[];
      rows.map(({ result }) => (result === null ? null : JSON.parse(result)));
      return performance.now() - from;
    },
    close: () => db.close(),
  };
}

function openDraftRun(path: string, steps: number) {
  const store = new DraftStore(path, 'FULL');
  const runId = uuidv4();
  store.addRun(runId, 'resumed', {});
  fillDraft(store, runId, 0, steps);
  return {
    /** The time of a few completed steps, spread over the run, times their number. */
    resume: async (): Promise<number> => {
      const from = performance.now();
      for (let index = 0; index < draftSample; index++) {
        const stepId = stepKey(Math.floor((index * steps) / draftSample));
        await draftStep(store, { runId, stepId, context: {}, work });
      }
      return ((performance.now() - from) * steps) / draftSample;
    },
    close: () => store.db.close(),
  };
}
