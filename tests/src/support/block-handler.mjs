// A handler that blocks the event loop as a long computation does; plain JavaScript, because processes of their own run it.
import { existsSync, readFileSync } from 'node:fs';
import { defineHandler } from '@sisyphus-state/handlers';
import { appendEffect } from './effects.mjs';

export function blockHandler({ effects }) {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  return defineHandler({
    type: 'block',
    run({ until }, { runId, stepKey: key, attempt }) {
      appendEffect(effects, { kind: 'effect', runId, key, attempt });
      // Nothing of this thread runs meanwhile, but the machine's other processes do.
      while (!existsSync(until)) Atomics.wait(cell, 0, 0, 5);
      return { heard: readFileSync(until, 'utf8') };
    },
  });
}
