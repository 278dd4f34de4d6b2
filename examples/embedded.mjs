// An application with durable workflows in it: `node examples/embedded.mjs [DATABASE]`.
//
// It takes an order while the payment service is down. The run fails, the service comes back, and the run goes on from
// its payment: what was done before is not done again.
import { readFileSync } from 'node:fs';
import { parseDefinition, WorkflowExecutor, WorkflowFailedError } from '@sisyphus-state/executor';
import { defineHandler, RetryableError } from '@sisyphus-state/handlers';
import { openStore } from '@sisyphus-state/store';
import { z } from 'zod';

const order = parseDefinition(readFileSync(new URL('order.yaml', import.meta.url), 'utf8'));

let serviceIsUp = false;

// A handler with a schema; its idempotency key is the same for every attempt, so the service can tell a repetition.
const charge = defineHandler({
  type: 'payment.charge',
  input: z.strictObject({ cents: z.int().min(1) }),
  output: z.object({ receipt: z.string() }),
  async run({ cents }, { idempotencyKey, attempt }) {
    console.log(`  pay: attempt ${attempt}, always under the key …${idempotencyKey.slice(-4)}`);
    if (!serviceIsUp) throw new RetryableError('The payment service is down.', { code: 'PAYMENT_DOWN' });
    return { receipt: `${cents} cents` };
  },
});

// Plain functions get the step as written and the context: the input and the results so far.
const handlers = {
  'payment.charge': charge,
  reserve: () => {
    console.log('  reserve');
    return { shelf: 'B7' };
  },
  confirm: (/** @type {unknown} */ _step, /** @type {Readonly<Record<string, unknown>>} */ context) => {
    console.log('  confirm');
    return { mail: `Your ${context.item} comes from shelf ${context.shelf}.` };
  },
};

const store = await openStore(process.argv[2] ?? ':memory:');
const executor = new WorkflowExecutor(store, handlers, { workflows: [order] });
const input = { item: 'lamp', cents: 4200 };

console.log('The order comes in:');
const failure = await executor.execute('order', input, { idempotencyKey: 'order-1' }).catch((error) => error);
if (!(failure instanceof WorkflowFailedError)) throw new Error('The service is down: this cannot have worked.');
console.log(`It failed at "${failure.stepKey}". The service comes back, the run is resumed:`);

serviceIsUp = true;
const { status, output } = await executor.resume(failure.runId);
console.log(`It is ${status}:`, output);

const again = await executor.execute('order', input, { idempotencyKey: 'order-1' });
console.log(`The same order again is the same run: ${again.runId === failure.runId}`);
await store.close();
