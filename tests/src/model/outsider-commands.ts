import type { WorkflowExecutor } from '@sisyphus-state/executor';
import { expect } from 'vitest';
import { command, type ModelCommand, pickRun, placeAt, told } from './command.js';
import type { ModelRun } from './model-run.js';
import type { Resolution } from './model-step.js';

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

/** A signal, for the waits of one branch. */
export function signal(pick: number, branch: number, isLost: boolean): ModelCommand {
  const name = `go${branch}`;
  return ask(
    `signal ${name}`,
    pick,
    isLost,
    (executor, { id }) => executor.signal(id, name, pick),
    (run, now) => run.signal(name, pick, now),
  );
}

/** The run is to end. */
export function cancel(pick: number, isLost: boolean): ModelCommand {
  return ask(
    'cancel',
    pick,
    isLost,
    (executor, { id }) => executor.cancel(id),
    (run, now) => run.cancel(now),
  );
}

/** The run is to stand still. */
export function pause(pick: number, isLost: boolean): ModelCommand {
  return ask(
    'pause',
    pick,
    isLost,
    (executor, { id }) => executor.pause(id),
    (run) => run.pause(),
  );
}

/** Somebody says yes or no to a step, whether it asks or not. */
export function answer(pick: number, at: number, yes: boolean): ModelCommand {
  return ask(
    `${yes ? 'approve' : 'reject'} step ${at} of`,
    pick,
    false,
    (executor, run) => executor[yes ? 'approve' : 'reject'](run.id, placeAt(run, at).key, { by: 'me' }),
    (run, now) => (run.answer(placeAt(run, at).index, yes ? 'approved' : 'rejected', now) ? 'done' : 'NOT_ASKED'),
  );
}

/** Somebody says what became of a step, whether it is in doubt or not. */
export function resolve(pick: number, at: number, resolution: Resolution): ModelCommand {
  const said = { completed: { completed: 1 }, failed: { failed: 'it did not' }, retry: 'retry' } as const;
  return ask(
    `resolve as ${resolution} step ${at} of`,
    pick,
    false,
    (executor, run) => executor.resolve(run.id, placeAt(run, at).key, said[resolution]),
    (run, now) => (run.resolve(placeAt(run, at).index, resolution, now) ? 'done' : 'NOT_ASKED'),
  );
}
