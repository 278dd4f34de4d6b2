import assert from 'node:assert/strict';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { eventually, nextTurn } from '../expectations.js';
import { heldRun } from '../sample-changes.js';

const about = 'watch';

/** What every store must do: hearing of outsiders' commits. */
export const watchCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'tells of an outsider’s commit through the same handle',
    async run(env) {
      const id = await prepare(env);
      let calls = 0;
      const stop = env.store.watch(() => {
        calls++;
      });
      await poke(env.store, id);
      await eventually('the listener is called', () => calls > 0);
      stop();
    },
  },
  {
    about,
    name: 'tells of a commit through another handle',
    needs: ({ multiProcess }) => multiProcess,
    async run(env) {
      const id = await prepare(env);
      const second = await env.openSecond('other');
      let calls = 0;
      const stop = env.store.watch(() => {
        calls++;
      });
      await poke(second, id);
      await eventually('the listener is called', () => calls > 0);
      stop();
    },
  },
  {
    about,
    name: 'stops telling whoever stopped listening, and goes on for the others',
    async run(env) {
      const id = await prepare(env);
      const calls = { stopped: 0, going: 0 };
      const stop = env.store.watch(() => {
        calls.stopped++;
      });
      const stopOther = env.store.watch(() => {
        calls.going++;
      });
      stop();
      stop();
      await poke(env.store, id);
      await eventually('the other listener is called', () => calls.going > 0);
      await nextTurn();
      assert.equal(calls.stopped, 0);
      stopOther();
    },
  },
  {
    about,
    name: 'takes the same function twice for two listeners',
    async run(env) {
      const id = await prepare(env);
      let calls = 0;
      const listener = (): void => {
        calls++;
      };
      const stops = [env.store.watch(listener), env.store.watch(listener)];
      stops[0]?.();
      await poke(env.store, id);
      await eventually('the one that is left is called', () => calls > 0);
      stops[1]?.();
    },
  },
];

async function prepare({ store, newId }: ConformanceEnv): Promise<string> {
  const id = newId();
  await store.createRuns([heldRun(id)]);
  return id;
}

function poke(store: ConformanceEnv['store'], id: string): Promise<null> {
  return store.transact(id, () => ({ changes: [{ type: 'cancel_requested', reason: null }], value: null }));
}
