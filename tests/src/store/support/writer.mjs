// A process with a store of its own. Its parent says what to do, one message at a time, and hears what came of it.
import { openStore } from '@sisyphus-state/store';

const [, , location] = process.argv;
const store = await openStore(location, { durability: 'process' });

/** Makes as many held runs as asked, and records both ends of as many steps on each, all runs at the same time. */
async function write({ prefix, runs, steps }) {
  const ids = Array.from({ length: runs }, (_, index) => `${prefix}-${index}`);
  await Promise.all(
    ids.map(async (id) => {
      const lease = { worker: prefix, leaseMs: 60_000 };
      const [created] = await store.createRuns([{ id, name: 'written', input: null, lease }]);
      for (let n = 0; n < steps; n++) await store.record(created.lease, outcomeOf(`s${n}`));
    }),
  );
  return ids;
}

function outcomeOf(stepKey) {
  const facts = {
    stepId: stepKey,
    stepType: 't',
    delivery: null,
    inputHash: null,
    itemCount: null,
    attemptsBase: null,
  };
  return [
    { type: 'step_started', stepKey, attempt: 1, ...facts },
    { type: 'step_completed', stepKey, attempt: 1, result: '1', usage: null },
  ];
}

const commands = {
  write,
  claim: async ({ id, worker, takeover }) => {
    const [outcome] = await store.claimRuns({ runIds: [id], worker, leaseMs: 60_000, mode: 'continue', takeover });
    return outcome.kind;
  },
  cancel: ({ id }) =>
    store.transact(id, () => ({ changes: [{ type: 'cancel_requested', reason: null }], value: 'asked' })),
  // Never settles while the parent keeps the lock: only the death of this process ends it.
  writeForEver: async ({ prefix }) => {
    for (let n = 0; ; n++) await write({ prefix: `${prefix}-${n}`, runs: 5, steps: 3 });
  },
};

process.on('message', ({ what, ...options }) => {
  commands[what](options).then(
    (value) => process.send({ value }),
    (error) => process.send({ error: `${error.code ?? ''} ${error.message}` }),
  );
});
process.send({ value: 'ready' });
