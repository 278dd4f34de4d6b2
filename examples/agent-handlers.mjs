// What the steps of examples/agent-plan.yaml and mend-in-code.mjs do; a model, a repository and a test suite that only say what
// they would do.
import { defineHandler, TerminalError } from '@sisyphus-state/handlers';
import { z } from 'zod';

/**
 * Makes the handlers; `die` is called when the tests are run for the first time.
 *
 * @param {(line: string) => void} say
 * @param {() => void} die
 */
export function agentHandlers(say, die) {
  const model = defineHandler({
    type: 'model',
    input: z.object({ model: z.string(), prompt: z.string() }),
    run({ model, prompt }, { usage }) {
      usage({ tokens: 1500, cost: 200_000 });
      say(`${model} model: ${prompt}`);
      if (model === 'large') throw new TerminalError('The quota of the large model is used up.', { code: 'QUOTA' });
      return { patch: 'one line' };
    },
  });
  const git = defineHandler({
    type: 'git',
    input: z.object({ action: z.string(), branch: z.string() }),
    run({ action, branch }) {
      say(`git: ${action} ${branch}`);
      return { branch };
    },
  });
  const tests = defineHandler({
    type: 'tests',
    input: z.object({ patch: z.string() }),
    run({ patch }, { attempt }) {
      say(`tests of "${patch}", attempt ${attempt}`);
      die();
      return { passed: 12 };
    },
  });
  return [model, git, tests];
}

/** For `--handlers`. */
export const handlers = agentHandlers(
  (line) => console.log(`  ${line}`),
  () => undefined,
);
