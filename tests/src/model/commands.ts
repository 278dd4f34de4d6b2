import type { Workflow, WorkflowExecutor } from '@sisyphus-state/executor';
import type { CrashPoint } from '@sisyphus-state/testing';
import fc from 'fast-check';
import { expect } from 'vitest';
import { compareRun } from './compare.js';
import { anyFlow, type Flow, type Place, tick } from './flow.js';
import { codeName } from './flow-as-code.js';
import { flowAsData } from './flow-as-data.js';
import { forkOf } from './model-fork.js';
import { type Found, ModelRun } from './model-run.js';
import type { Resolution } from './model-step.js';
import { note } from './note.js';
import type { RealWorld } from './real-world.js';

/** What should be: the runs there are, oldest first, and which of them have an idempotency key. */
export interface Model {
  now: number;
  readonly runs: ModelRun[];
  readonly keys: Map<string, ModelRun>;
  /** What was reached: a search that never reached it would prove nothing of it. */
  readonly seen: Set<string>;
}

export type ModelCommand = fc.AsyncCommand<Model, RealWorld>;

/** What is done, to the model and to the real thing; afterwards both are compared. */
interface Doing {
  readonly name: string;
  /** It needs a run, or not. */
  readonly run: (model: Model, real: RealWorld) => Promise<void>;
  readonly needsRun?: boolean;
}

function command({ name, run, needsRun = true }: Doing): ModelCommand {
  return {
    check: ({ runs }) => !needsRun || runs.length > 0,
    run: async (model, real) => {
      await run(model, real);
      note(model);
      for (const each of model.runs) await compareRun(each, real);
    },
    toString: () => name,
  };
}

function pickRun({ runs }: Model, pick: number): ModelRun {
  const run = runs[pick % runs.length];
  if (run === undefined) throw new Error('There is a run.');
  return run;
}

/** What a call gave: its value, or the code of its error. */
async function told(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (value) => (typeof value === 'object' && value !== null && 'kind' in value ? value.kind : 'done'),
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : String(error)),
  );
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

function placeAt({ places }: ModelRun, pick: number): Place {
  const place = places[pick % places.length];
  if (place === undefined) throw new Error('A flow has steps.');
  return place;
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

/** A new run of a flow, left to workers; the same key gives the same run. */
function start(flow: Flow, key: string | null): ModelCommand {
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
function execute(flow: Flow): ModelCommand {
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
function work(crash: CrashPoint | null): ModelCommand {
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

function moveClock(ticks: number): ModelCommand {
  return command({
    name: `moveClock(${ticks})`,
    needsRun: false,
    run: async (model, real) => {
      model.now = real.clock.advance(ticks * tick);
    },
  });
}

/** Something that an outsider asks of a run; `lost` has its process die before the call is committed. */
function ask(
  what: string,
  pick: number,
  isLost: boolean,
  call: (executor: WorkflowExecutor, run: ModelRun) => Promise<unknown>,
  expected: (run: ModelRun, now: number) => string,
): ModelCommand {
  return command({
    name: `${what}(${pick}${isLost ? ', lost' : ''})`,
    run: async (model, real) => {
      const run = pickRun(model, pick);
      if (isLost) return void (await real.die({ call: 1, moment: 'before' }, (executor) => call(executor, run)));
      const answer = await real.live((executor) => told(call(executor, run)));
      expect(answer).toBe(expected(run, model.now));
    },
  });
}

function signal(pick: number, branch: number, isLost: boolean): ModelCommand {
  const name = `go${branch}`;
  return ask(
    `signal ${name}`,
    pick,
    isLost,
    (executor, { id }) => executor.signal(id, name, pick),
    (run, now) => run.signal(name, pick, now),
  );
}

function cancel(pick: number, isLost: boolean): ModelCommand {
  return ask(
    'cancel',
    pick,
    isLost,
    (executor, { id }) => executor.cancel(id),
    (run, now) => run.cancel(now),
  );
}

function pause(pick: number, isLost: boolean): ModelCommand {
  return ask(
    'pause',
    pick,
    isLost,
    (executor, { id }) => executor.pause(id),
    (run) => run.pause(),
  );
}

function answer(pick: number, at: number, yes: boolean): ModelCommand {
  return ask(
    `${yes ? 'approve' : 'reject'} step ${at} of`,
    pick,
    false,
    (executor, run) => executor[yes ? 'approve' : 'reject'](run.id, placeAt(run, at).key, { by: 'me' }),
    (run, now) => (run.answer(placeAt(run, at).index, yes ? 'approved' : 'rejected', now) ? 'done' : 'NOT_ASKED'),
  );
}

function resolve(pick: number, at: number, resolution: Resolution): ModelCommand {
  const said = { completed: { completed: 1 }, failed: { failed: 'it did not' }, retry: 'retry' } as const;
  return ask(
    `resolve as ${resolution} step ${at} of`,
    pick,
    false,
    (executor, run) => executor.resolve(run.id, placeAt(run, at).key, said[resolution]),
    (run, now) => (run.resolve(placeAt(run, at).index, resolution, now) ? 'done' : 'NOT_ASKED'),
  );
}

function resume(pick: number): ModelCommand {
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

function fork(pick: number, at: number): ModelCommand {
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

/** Any commands, for flows of these forms; `replayPath` repeats those of a failure. */
export function anyCommands(forms: readonly Flow['form'][], options: fc.CommandsContraints) {
  const flow = anyFlow(forms);
  const pick = fc.nat({ max: 3 });
  const place = fc.nat({ max: 7 });
  const branch = fc.constantFrom(0, 0, 1, 2);
  const lost = fc.boolean().map((drawn) => drawn);
  const crash = fc.record({
    call: fc.integer({ min: 1, max: 6 }),
    moment: fc.constantFrom('before' as const, 'after' as const),
  });
  return fc.commands(
    [
      fc.tuple(flow, fc.constantFrom(null, null, 'k')).map(([drawn, key]) => start(drawn, key)),
      flow.map(execute),
      fc.constant(work(null)),
      crash.map(work),
      crash.map(work),
      fc.integer({ min: 1, max: 2 }).map(moveClock),
      fc.tuple(pick, branch, lost).map(([at, name, isLost]) => signal(at, name, isLost)),
      fc.tuple(pick, lost).map(([at, isLost]) => cancel(at, isLost)),
      fc.tuple(pick, lost).map(([at, isLost]) => pause(at, isLost)),
      fc.tuple(pick, place, fc.boolean()).map(([at, step, yes]) => answer(at, step, yes)),
      fc
        .tuple(pick, place, fc.constantFrom<Resolution>('completed', 'failed', 'retry'))
        .map(([at, step, said]) => resolve(at, step, said)),
      pick.map(resume),
      pick.map(resume),
      fc.tuple(pick, place).map(([at, step]) => fork(at, step)),
    ],
    options,
  );
}
