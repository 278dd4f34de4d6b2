// A process of its own that drives runs when it is told to: every message is a call, answered once; `tell` reports what happens meanwhile.
import { WorkflowExecutor } from '@sisyphus-state/executor';
import { builtinHandlers } from '@sisyphus-state/handlers';
import { openStore } from '@sisyphus-state/store';
import { blockHandler } from './block-handler.mjs';
import { effectHandler } from './effect-handler.mjs';
import { holdHandler } from './hold-handler.mjs';

const tell = (event, facts = {}) => process.send({ event, ...facts });
const killMyself = () => process.kill(process.pid, 'SIGKILL');

let store = null;
let executor = null;
let calls = 0;
/** Calls under way in the handlers of type `hold`, by step key. */
const held = new Map();

const verbs = {
  /** Opens the file and makes an executor; `stopAt` is where the process kills itself. */
  async open({
    file,
    effects,
    store: options = {},
    executor: { mended = false, ...executorOptions } = {},
    stopAt = null,
  }) {
    store = await openStore(file, options);
    const afterEffect = counting(stopAt?.effect ?? null, killMyself);
    const handlers = [
      ...builtinHandlers,
      effectHandler({ effects, afterEffect, mended: () => mended }),
      holdHandler({ effects, held, tell }),
      blockHandler({ effects }),
    ];
    executor = new WorkflowExecutor(stopping(store, stopAt), handlers, executorOptions);
    return { worker: executor.worker };
  },
  execute: ({ workflow, input, options }) => executor.execute(workflow, input, options),
  resume: ({ runId, options }) => executor.resume(runId, undefined, options),
  async start({ workflow, input, options }) {
    const handle = await executor.start(workflow, input, options);
    handle.result().catch(() => {});
  },
  pause: ({ runId }) => executor.pause(runId),
  signal: ({ runId, name, payload }) => executor.signal(runId, name, payload),
  approve: ({ runId, stepKey, answer }) => executor.approve(runId, stepKey, answer),
  reject: ({ runId, stepKey, answer }) => executor.reject(runId, stepKey, answer),
  cancel: ({ runId, reason = null }) => executor.cancel(runId, reason),
  stop: () => executor.stop(),
  close: () => store.close(),
  /** How many writes the executor made so far. */
  writes: () => calls,
  /** Lets a held handler return. */
  release: ({ key, value }) => held.get(key)(value),
};

function counting(number, action) {
  let count = 0;
  return () => {
    count += 1;
    if (count === number) action();
  };
}

/** Counts writes, and kills the process at its n-th: before the store hears of it, or after it was committed. */
function stopping(store, stopAt) {
  const write =
    (verb) =>
    async (...args) => {
      calls += 1;
      const isLast = calls === stopAt?.call;
      if (isLast && stopAt.moment === 'before') killMyself();
      const result = await store[verb](...args);
      if (isLast) killMyself();
      return result;
    };
  return { ...store, createRuns: write('createRuns'), claimRuns: write('claimRuns'), record: write('record') };
}

/** An error as plain data: what a caller in this process could read of it. */
function describe(error) {
  if (!(error instanceof Error)) return error ?? null;
  const { name, message, cause } = error;
  return { name, message, ...JSON.parse(JSON.stringify({ ...error })), cause: describe(cause) };
}

process.on('message', async ({ id, verb, ...request }) => {
  try {
    process.send({ id, ok: true, value: (await verbs[verb](request)) ?? null });
  } catch (error) {
    process.send({ id, ok: false, error: describe(error) });
  }
});
process.once('disconnect', () => process.exit());
tell('ready');
