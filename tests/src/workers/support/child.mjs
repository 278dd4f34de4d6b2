// A worker process: opens a store, works on queues, and tells its parent of every error that anybody in it sees.
// It is set up by its first argument (`WorkerConfig` of worker-process.ts) and then called: every message is answered once.
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { WorkflowExecutor } from '@sisyphus-state/executor';
import { defineHandler } from '@sisyphus-state/handlers';
import { openStore } from '@sisyphus-state/store';
import { appendEffect } from '../../support/effects.mjs';
import { holdHandler } from '../../support/hold-handler.mjs';

const config = JSON.parse(process.argv[2]);
const { log } = config;
const { worker } = config.executor;
/** A parent that is gone is told nothing; this process ends with it. */
const tell = (event, facts = {}) => process.connected && process.send({ event, ...facts }, () => {});
const monotonicNow = () => performance.timeOrigin + performance.now();

function report(where, error) {
  const { name, code = null, message, stack = null } = error instanceof Error ? error : { message: String(error) };
  tell('error', { where, name, code, message, stack });
}
process.on('uncaughtException', (error) => report('uncaught', error));
process.on('unhandledRejection', (error) => report('unhandled', error));
process.on('warning', (error) => report('warning', error));

/** How often each verb of the store gave an answer. */
const answered = {};

/** The store, with every refusal and failure told before its caller hears of it. */
function reporting(store) {
  const watched =
    (verb, call) =>
    (...args) => {
      const result = call(...args);
      const count = () => {
        answered[verb] = (answered[verb] ?? 0) + 1;
      };
      if (result instanceof Promise) result.then(count, () => {});
      if (result instanceof Promise) result.catch((error) => report(verb, error));
      return result;
    };
  const entries = Object.entries(store).map(([key, value]) => [
    key,
    typeof value === 'function' ? watched(key, value) : value,
  ]);
  return Object.fromEntries(entries);
}

/** A clock that the parent sets for all processes at once, by a file with what to add to the time. */
const shiftedClock = (file) => () => Date.now() + Number(readFileSync(file, 'utf8'));

function storeOptions({ store: options = {}, clockFile = null, identity = null }) {
  return {
    ...options,
    ...(clockFile === null ? {} : { clock: shiftedClock(clockFile) }),
    // A process of another machine: nobody here can prove that it is dead.
    ...(identity === null ? {} : { identity, isDead: () => false }),
  };
}

const running = new Map();
let busiest = 0;

/** A handler that leaves a line when it is entered and one when it is over, and takes `ms` in between: a list is by attempt. */
const workHandler = defineHandler({
  type: 'work',
  async run({ ms = 0, value, failUpTo = 0, stubborn = false } = {}, { runId, stepKey: key, attempt, signal }) {
    appendEffect(log, { kind: 'effect', runId, key, attempt, worker, at: monotonicNow() });
    running.set(runId, (running.get(runId) ?? 0) + 1);
    busiest = Math.max(busiest, running.size);
    tell('entered', { runId, key, attempt });
    try {
      const wait = Array.isArray(ms) ? (ms[attempt - 1] ?? ms.at(-1)) : ms;
      await pause(wait, stubborn ? null : signal, { runId, key });
      if (attempt <= failUpTo) throw new Error(`Attempt ${attempt} of ${key} is made to fail.`);
      return value;
    } finally {
      if (running.get(runId) === 1) running.delete(runId);
      else running.set(runId, running.get(runId) - 1);
      appendEffect(log, { kind: 'left', runId, key, attempt, worker });
    }
  },
});

function pause(ms, signal, { runId, key }) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      tell('aborted', { runId, key, code: signal.reason?.code ?? null });
      reject(signal.reason);
    });
  });
}

const ends = new Set(['workflow_completed', 'workflow_failed', 'workflow_cancelled']);

/** Marks what is committed; nothing of a step may stand behind its mark. */
function observe(event) {
  if (event.kind !== 'committed') return;
  const { runId } = event;
  for (const change of event.changes) {
    if (change.type === 'step_completed') appendEffect(log, { kind: 'completed', runId, key: change.stepKey });
    if (ends.has(change.type)) tell('ended', { runId, how: change.type });
  }
}

/** Calls under way in the handlers of type `hold`, by step key. */
const held = new Map();
const loop = monitorEventLoopDelay({ resolution: 5 });
// It wakes the process two hundred times a second.
if (config.measuresLoop) loop.enable();
const store = reporting(await openStore(config.location, storeOptions(config)));
const handlers = [workHandler, holdHandler({ effects: log, held, tell })];
const executor = new WorkflowExecutor(store, handlers, {
  ...config.executor,
  observe,
});
let working = null;

const verbs = {
  work() {
    working = executor.work({ ...config.work, onError: (error) => report('onError', error) });
    working.stopped.catch((error) => report('stopped', error));
  },
  /** Ends the work; runs go back to the store. */
  stop: () => working?.stop(),
  interrupt: () => working?.interrupt(),
  close: () => store.close(),
  start: async ({ workflow, input, options }) => {
    const { runId, created } = await executor.start(workflow, input, options);
    return { runId, created };
  },
  /** A write under a lease, whoever holds the run by now. */
  record: ({ lease, changes }) => store.record(lease, changes),
  /** Lets a held handler return. */
  release: ({ key, value }) => held.get(key)(value),
  /** The processor time this process used in so many milliseconds, in microseconds. */
  processorTime: async ({ ms }) => {
    const before = process.cpuUsage();
    const since = performance.now();
    await new Promise((resolve) => setTimeout(resolve, ms));
    const { user, system } = process.cpuUsage(before);
    return { share: (user + system) / 1000 / (performance.now() - since) };
  },
  figures: () => ({ busiest, answered, loopP99Ms: loop.percentile(99) / 1e6, loopMaxMs: loop.max / 1e6 }),
};

process.on('message', async ({ id, verb, ...request }) => {
  try {
    process.send({ id, ok: true, value: (await verbs[verb](request)) ?? null });
  } catch (error) {
    const { name, code = null, message } = error;
    process.send({ id, ok: false, error: { name, code, message } });
  }
});
process.once('disconnect', () => process.exit());
if (config.work !== null) verbs.work();
tell('ready');
