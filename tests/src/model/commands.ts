import type { WorkflowExecutor } from '@sisyphus-state/executor';
import type { CrashPoint } from '@sisyphus-state/testing';
import fc from 'fast-check';
import { expect } from 'vitest';
import { compareRun } from './compare.js';
import { anyFlow, type Flow, keyOf, tick, toWorkflow } from './flow.js';
import { ModelRun, type Resolution } from './model-run.js';
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
      await real.live(async (_, store) => {
        for (const each of model.runs) await compareRun(each, real, store);
      });
    },
    toString: () => name,
  };
}

function note({ runs, seen }: Model): void {
  for (const { status, steps, isUndone, hasCrashed } of runs) {
    seen.add(status);
    for (const step of steps) {
      if (step.status !== null) seen.add(`step ${step.status}`);
      if (step.isCarried) seen.add('a fork with steps');
    }
    if (isUndone) seen.add('undone');
    if (hasCrashed) seen.add('crashed');
  }
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

const never = (): boolean => false;

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
        executor.start(toWorkflow(flow), null, options).then(
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
      run.drive(model.now, never);
      const end = await real.live((executor) =>
        endOf(executor.execute(toWorkflow(flow), null, { runId: run.id, until: 'idle' })),
      );
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
      const doubts = await real.live(async (executor, store) => {
        await executor.runUntilIdle();
        const found = new Set<string>();
        for (const { id } of due)
          for (const { stepKey, status } of await store.readSteps(id))
            if (status === 'in_doubt') found.add(`${id} ${stepKey}`);
        return found;
      });
      for (const run of due) {
        run.hasCrashed ||= crashed;
        run.drive(model.now, (index) => crashed && doubts.has(`${run.id} ${keyOf(index)}`));
      }
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

function signal(pick: number, isLost: boolean): ModelCommand {
  return ask(
    'signal',
    pick,
    isLost,
    (executor, { id }) => executor.signal(id, 'go', pick),
    (run, now) => run.signal(now),
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

function answer(pick: number, place: number, yes: boolean): ModelCommand {
  const index = ({ flow }: ModelRun): number => place % flow.length;
  return ask(
    yes ? 'approve' : 'reject',
    pick,
    false,
    (executor, run) => executor[yes ? 'approve' : 'reject'](run.id, keyOf(index(run)), { by: 'me' }),
    (run, now) => {
      const at = index(run);
      const isAsked = run.flow[at]?.kind === 'approval';
      return isAsked && run.answer(at, yes ? 'approved' : 'rejected', now) ? 'done' : 'NOT_ASKED';
    },
  );
}

function resolve(pick: number, place: number, resolution: Resolution): ModelCommand {
  const index = ({ flow }: ModelRun): number => place % flow.length;
  const said = { completed: { completed: 1 }, failed: { failed: 'it did not' }, retry: 'retry' } as const;
  return ask(
    `resolve ${resolution}`,
    pick,
    false,
    (executor, run) => executor.resolve(run.id, keyOf(index(run)), said[resolution]),
    (run, now) => (run.resolve(index(run), resolution, now) ? 'done' : 'NOT_ASKED'),
  );
}

function resume(pick: number): ModelCommand {
  return command({
    name: `resume(${pick})`,
    run: async (model, real) => {
      const run = pickRun(model, pick);
      const mayGoOn = run.resume(model.now, never);
      const end = await real.live((executor) => endOf(executor.resume(run.id, undefined, { until: 'idle' })));
      expect(end).toBe(mayGoOn ? expectedEnd(run) : 'RUN_STATE');
    },
  });
}

function fork(pick: number, place: number): ModelCommand {
  return command({
    name: `fork(${pick}, ${place})`,
    run: async (model, real) => {
      const run = pickRun(model, pick);
      const from = place % run.flow.length;
      const id = real.newId();
      real.createdAt.set(id, model.now);
      const forked = run.fork(id, from, model.now);
      const call = (executor: WorkflowExecutor) =>
        told(executor.fork(run.id, { from: keyOf(from), runId: id, detach: true }));
      expect(await real.live(call)).toBe(forked === null ? 'FORK_STEP' : 'done');
      if (forked !== null) model.runs.push(forked);
    },
  });
}

/** Any commands; `replayPath` repeats those of a failure. */
export function anyCommands(options: fc.CommandsContraints) {
  const pick = fc.nat({ max: 5 });
  const place = fc.nat({ max: 4 });
  const lost = fc.boolean().map((drawn) => drawn);
  const crash = fc.record({
    call: fc.integer({ min: 1, max: 6 }),
    moment: fc.constantFrom('before' as const, 'after' as const),
  });
  return fc.commands(
    [
      fc.tuple(anyFlow, fc.constantFrom(null, null, 'k')).map(([flow, key]) => start(flow, key)),
      anyFlow.map(execute),
      fc.constant(work(null)),
      crash.map(work),
      crash.map(work),
      fc.integer({ min: 1, max: 2 }).map(moveClock),
      fc.tuple(pick, lost).map(([at, isLost]) => signal(at, isLost)),
      fc.tuple(pick, lost).map(([at, isLost]) => cancel(at, isLost)),
      fc.tuple(pick, lost).map(([at, isLost]) => pause(at, isLost)),
      fc.tuple(pick, place, fc.boolean()).map(([at, step, yes]) => answer(at, step, yes)),
      fc
        .tuple(pick, place, fc.constantFrom<Resolution>('completed', 'failed', 'retry'))
        .map(([at, step, said]) => resolve(at, step, said)),
      pick.map(resume),
      fc.tuple(pick, place).map(([at, step]) => fork(at, step)),
    ],
    options,
  );
}
