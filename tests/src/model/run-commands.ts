import type { Workflow, WorkflowExecutor } from '@sisyphus-state/executor';
import type { CrashPoint } from '@sisyphus-state/testing';
import { expect } from 'vitest';
import { command, type ModelCommand, pickRun, placeAt, told } from './command.js';
import { type Flow, tick } from './flow.js';
import { codeName } from './flow-as-code.js';
import { flowAsData } from './flow-as-data.js';
import { forkOf } from './model-fork.js';
import { type Found, ModelRun } from './model-run.js';
import type { RealWorld } from './real-world.js';

/** A new run of a flow, left to workers; the same key gives the same run. */
export function start(flow: Flow, key: string | null): ModelCommand {
  const name = `start(${JSON.stringify(flow)}, ${key})`;
  return command({
    name,
    needsRun: false,
    run: async (model, real) => {
      const id = real.newId();
      const known = key === null ? undefined : model.keys.get(key);
      real.createdAt.set(id, model.now);
      const options = { runId: id, detach: true, ...(key !== null && { idempotencyKey: key }) };
      const answer = await real.live((executor) =>
        executor.start(...workflowOf(flow), options).then(
          ({ runId, created }) => ({ runId, created }),
          (error: unknown) => error,
        ),
      );
      if (known !== undefined && JSON.stringify(known.flow) !== JSON.stringify(flow))
        return expect(answer).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', runId: known.id });
      expect(answer).toEqual({ runId: known?.id ?? id, created: known === undefined });
      if (known !== undefined) return;
      const run = new ModelRun(id, flow, model.now);
      model.runs.push(run);
      if (key !== null) model.keys.set(key, run);
    },
  });
}

/** A new run that is driven by the process that makes it, until only an outsider or a timer can move it. */
export function execute(flow: Flow): ModelCommand {
  return command({
    name: `execute(${JSON.stringify(flow)})`,
    needsRun: false,
    run: async (model, real) => {
      const run = new ModelRun(real.newId(), flow, model.now);
      model.runs.push(run);
      real.createdAt.set(run.id, model.now);
      const end = await real.live((executor) =>
        endOf(executor.execute(...workflowOf(flow), { runId: run.id, until: 'idle' })),
      );
      run.drive(model.now, await look(real, run.id));
      expect(end).toBe(expectedEnd(run));
    },
  });
}

/** A worker takes all that is due; `crash` ends its process on the way, and then another one does. */
export function work(crash: CrashPoint | null): ModelCommand {
  return command({
    name: crash === null ? 'work()' : `work(${crash.moment} write ${crash.call})`,
    run: async (model, real) => {
      const due = model.runs.filter((run) => run.isDue(model.now));
      const crashed = crash !== null && (await real.die(crash, (executor) => executor.runUntilIdle()));
      await real.live((executor) => executor.runUntilIdle());
      for (const run of due) run.drive(model.now, await look(real, run.id, crashed ? 1 : 0));
    },
  });
}

/** Time passes. */
export function moveClock(ticks: number): ModelCommand {
  return command({
    name: `moveClock(${ticks})`,
    needsRun: false,
    run: async (model, real) => {
      model.now = real.clock.advance(ticks * tick);
    },
  });
}

/** Somebody goes on with a run, whatever it stopped at. */
export function resume(pick: number): ModelCommand {
  return command({
    name: `resume(${pick})`,
    run: async (model, real) => {
      const run = pickRun(model, pick);
      const end = await real.live((executor) => endOf(executor.resume(run.id, undefined, { until: 'idle' })));
      const mayGoOn = run.resume(model.now, await look(real, run.id));
      expect(end).toBe(mayGoOn ? expectedEnd(run) : 'RUN_STATE');
    },
  });
}

/** A new run that has checkpoints of another, left to workers. */
export function fork(pick: number, at: number): ModelCommand {
  return command({
    name: `fork(${pick}, step ${at})`,
    run: async (model, real) => {
      const run = pickRun(model, pick);
      const { key, index: from } = placeAt(run, at);
      const id = real.newId();
      real.createdAt.set(id, model.now);
      const call = (executor: WorkflowExecutor) => told(executor.fork(run.id, { from: key, runId: id, detach: true }));
      const answer = await real.live(call);
      const forked = forkOf(run, { id, from, now: model.now, found: await look(real, id) });
      expect(answer).toBe(forked === null ? 'FORK_STEP' : 'done');
      if (forked !== null) model.runs.push(forked);
    },
  });
}

/** What `execute` and `resume` give of a run that stands like this. */
async function endOf(call: Promise<{ readonly status: string }>): Promise<unknown> {
  return call.then(
    ({ status }) => status,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : String(error)),
  );
}

function expectedEnd({ status }: ModelRun): string {
  if (status === 'failed') return 'WORKFLOW_FAILED';
  return status === 'cancelled' ? 'WORKFLOW_CANCELLED' : status;
}

/** What a flow is started as. */
function workflowOf(flow: Flow): [workflow: Workflow | string, input: unknown] {
  return flow.form === 'code' ? [codeName, flow] : [flowAsData(flow), null];
}

/** Looks at a run that was driven, for what its model leaves open. */
async function look(real: RealWorld, id: string, crashes = 0): Promise<Found> {
  const steps = await real.store.readSteps(id);
  const known = new Map(
    steps.map(({ stepKey, status, attempts, attemptsBase }) => [stepKey, { status, used: attempts - attemptsBase }]),
  );
  const effects = real.effects.get(id) ?? [];
  return {
    stepAt: (key) => known.get(key) ?? null,
    timesOf: (key) => effects.filter((each) => each === key).length,
    crashes,
  };
}
