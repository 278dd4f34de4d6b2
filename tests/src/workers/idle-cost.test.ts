import { expect, test } from 'vitest';
import { onEachDatabase } from './support/on-each-database.js';
import { delaysInThisProcess, delaysToAnotherProcess, quantile } from './support/start-delays.js';

// What is asserted here a busy machine must keep too; `pnpm chaos --idle` tells what it really is.
onEachDatabase(({ world }) => {
  test('an idle worker leaves the processor alone', async () => {
    const here = await world();
    await here.open();
    const worker = await here.startAndWait();
    const { share } = (await worker.call('processorTime', { ms: 2_000 })) as { share: number }; // as child.mjs says
    expect(share).toBeLessThan(0.05);
  });

  // Without being told it would look once a second.
  test.each([
    ['another process', delaysToAnotherProcess],
    ['its own process', delaysInThisProcess],
  ])('an idle worker is told of what %s enqueues', async (_, delays) => {
    expect(quantile(await delays(await world(), 9), 0.5)).toBeLessThan(200);
  });
});
