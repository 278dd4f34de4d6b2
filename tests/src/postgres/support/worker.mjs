// A process of its own that works on runs when it is told to; it answers every message once.
import { encodeValue, openStore } from '@sisyphus-state/store';

const json = (value) => encodeValue(value, { what: 'sample' });
let store;

const verbs = {
  async open({ url, options }) {
    store = await openStore(url, options);
    return {};
  },
  /** Takes runs one by one and walks each to its end, step by step; says which it took. */
  async walk({ runIds, worker, steps }) {
    const taken = [];
    await Promise.all(
      runIds.map(async (runId) => {
        const request = { runIds: [runId], worker, leaseMs: 60_000, mode: 'continue' };
        const [outcome] = await store.claimRuns(request);
        if (outcome.kind !== 'claimed') return;
        taken.push(runId);
        for (let n = 0; n < steps; n += 1) {
          const before = n === 0 ? [] : [completed(`s${n - 1}`, n)];
          await store.record(outcome.lease, [...before, started(`s${n}`)]);
        }
        const end = { type: 'workflow_completed', output: json(worker), context: json({}) };
        await store.record(outcome.lease, [completed(`s${steps - 1}`, steps), end]);
      }),
    );
    return { taken };
  },
  /** Claims all of these runs in one call. */
  async claim({ runIds, worker }) {
    const outcomes = await store.claimRuns({ runIds, worker, leaseMs: 60_000, mode: 'continue' });
    return { taken: outcomes.filter(({ kind }) => kind === 'claimed').map(({ lease }) => lease.runId) };
  },
};

function started(stepKey) {
  const facts = { stepId: stepKey, stepType: 'sample', delivery: 'pure', inputHash: 'hash' };
  return { type: 'step_started', stepKey, attempt: 1, ...facts, itemCount: null, attemptsBase: null };
}

function completed(stepKey, result) {
  return { type: 'step_completed', stepKey, attempt: 1, result: json(result), usage: null };
}

process.on('message', async ({ verb, ...request }) => {
  try {
    process.send({ ok: true, ...(await verbs[verb](request)) });
  } catch (error) {
    process.send({ ok: false, code: error.code ?? null, message: error.message });
  }
});
process.send({ ok: true });
