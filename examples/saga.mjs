// A journey that is undone when its last booking fails: `node examples/saga.mjs`.
//
// Flight and hotel are booked, the car is not to be had: what was booked is cancelled, the newest first. The process is
// killed in the middle of that, and another one undoes the rest.
import { fileURLToPath } from 'node:url';
import { defineWorkflow, WorkflowExecutor, WorkflowFailedError } from '@sisyphus-state/executor';
import { TerminalError } from '@sisyphus-state/handlers';
import { openStore } from '@sisyphus-state/store';
import { killOnce } from './kill-once.mjs';

await killOnce(fileURLToPath(import.meta.url), async ({ database, die }) => {
  /** @param {string} line */
  const say = (line) => console.log(`  ${line}`);

  const journey = defineWorkflow({ name: 'journey' }, async (ctx) => {
    /** @param {string} what */
    const book = (what) =>
      ctx.step(
        what,
        () => {
          say(`book the ${what}`);
          return { number: `${what}-1` };
        },
        {
          compensate: ({ number }, { attempt }) => {
            say(`cancel ${number}, attempt ${attempt}`);
            if (what === 'hotel' && attempt === 1) die();
          },
        },
      );
    await book('flight');
    await book('hotel');
    await book('museum');
    await ctx.step('car', () => {
      throw new TerminalError('There is no car.');
    });
  });

  const store = await openStore(database);
  const executor = new WorkflowExecutor(store, [], { workflows: [journey] });
  const failure = await executor.execute(journey, {}, { idempotencyKey: 'summer' }).catch((error) => error);
  if (!(failure instanceof WorkflowFailedError)) throw new Error('There is no car: this cannot have worked.');
  console.log(`The journey failed at "${failure.stepKey}", and nothing of it is left:`);
  const steps = (await executor.state(failure.runId))?.steps ?? [];
  for (const { stepKey, status, attempts } of steps) say(`${stepKey}: ${status} (${attempts})`);
  await store.close();
});
