// The handler of the crash tests; plain JavaScript, because processes of their own run it too.
import { defineHandler } from '@sisyphus-state/handlers';
import { appendEffect } from './effects.mjs';

export function effectHandler({ effects, isOver = () => false, mended = () => false, afterEffect = () => {} }) {
  return defineHandler({
    type: 'effect',
    async run({ value, fail, turns = 1, ms = 0, tokens = 0 }, { runId, stepKey: key, attempt, usage }) {
      if (isOver()) return new Promise(() => {});
      appendEffect(effects, { kind: 'effect', runId, key, attempt });
      afterEffect(key);
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      if (isOver()) return new Promise(() => {});
      const fails = fail === 'always' || (fail === 'until-mended' && !mended()) || attempt <= fail;
      usage({ tokens });
      if (fails) throw broken(key);
      return value;
    },
  });
}

/** Its stack is the handler's own line, whoever called it: what is recorded is the same in every life of a run. */
function broken(key) {
  const error = new Error(`${key} does not work`);
  error.stack = error.stack.split('\n').slice(0, 2).join('\n');
  return Object.assign(error, { code: 'BROKEN', details: { key } });
}
