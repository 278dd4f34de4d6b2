// A handler that ends when it is told to, or when its signal is aborted; plain JavaScript, because processes of their own run it.
import { defineHandler } from '@sisyphus-state/handlers';
import { appendEffect } from './effects.mjs';

/**
 * `held` gets a function for each call under way that lets it return a value. With `stubborn` the handler ignores its
 * signal. `tell` hears of `entered` and `aborted`.
 */
export function holdHandler({ effects, held, tell }) {
  return defineHandler({
    type: 'hold',
    async run({ stubborn = false } = {}, { runId, stepKey: key, attempt, signal }) {
      appendEffect(effects, { kind: 'effect', runId, key, attempt });
      return new Promise((resolve, reject) => {
        held.set(key, resolve);
        signal.addEventListener('abort', () => {
          const { name, code, message } = signal.reason;
          tell('aborted', { key, reason: { name, code, message } });
          if (!stubborn) reject(signal.reason);
        });
        tell('entered', { key, attempt });
      });
    },
  });
}
