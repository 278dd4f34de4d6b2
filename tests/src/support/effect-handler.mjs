// The handler of the crash tests; plain JavaScript, because processes of their own run it too.
import { defineHandler } from '@sisyphus-state/handlers';
import { appendEffect } from './effects.mjs';

export function effectHandler({ effects, isOver = () => false, mended = () => false, afterEffect = () => {} }) {
  return defineHandler({
    type: 'effect',
    async run({ value, fail, turns = 1, ms = 0 }, { runId, stepKey: key, attempt }) {
      if (isOver()) return new Promise(() => {});
      appendEffect(effects, { kind: 'effect', runId, key, attempt });
      afterEffect(key);
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      if (isOver()) return new Promise(() => {});
      const fails = fail === 'always' || (fail === 'until-mended' && !mended()) || attempt <= fail;
      // After an await: the stack is the handler's own, whoever called it.
      if (fails) throw Object.assign(new Error(`${key} does not work`), { code: 'BROKEN', details: { key } });
      return value;
    },
  });
}
