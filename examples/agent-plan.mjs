// An agent's plan as data (agent-plan.yaml), and the same as code (mend-in-code.mjs): `node examples/agent-plan.mjs`. The
// command runs either without a program, too: mend-in-code.mjs says how.
//
// The first process is killed while the tests run. The second one goes on from there: nobody asks the model again. Then a
// person is asked, says yes, and the plan is published. Both forms end with the same output, and have used the same.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseDefinition, WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import { agentHandlers } from './agent-handlers.mjs';
import { killOnce } from './kill-once.mjs';
import { mend as asCode } from './mend-in-code.mjs';

const asData = parseDefinition(readFileSync(new URL('agent-plan.yaml', import.meta.url), 'utf8'));

await killOnce(fileURLToPath(import.meta.url), async ({ database, die }) => {
  const say = (/** @type {string} */ line) => console.log(`  ${line}`);
  const store = await openStore(database);
  const executor = new WorkflowExecutor(store, agentHandlers(say, die), {
    workflows: [asData, asCode],
    parkAfterMs: 0,
  });
  for (const plan of [asData, asCode]) {
    console.log(`${plan.name}:`);
    const key = { idempotencyKey: plan.name, until: /** @type {const} */ ('idle') };
    const idle = await executor.execute(plan, { issue: 'A-1' }, key);
    say(`it is ${idle.status}: ${'reason' in idle ? idle.reason : ''}`);
    await executor.approve(idle.runId, 'approve', { by: 'Ada' });
    const { status, output } = await executor.resume(idle.runId);
    const { tokens, cost, attempts } = (await executor.state(idle.runId))?.usage ?? {};
    say(`it is ${status}: ${JSON.stringify(output)}; ${attempts} attempts, ${tokens} tokens, ${cost} millionths`);
  }
  await store.close();
});
