import { z } from 'zod';
import { defineHandler } from './define-handler.js';

/** Gives a value a name: returns `with.value`, whose expressions are resolved by then. It has no effect and never fails. */
export const transform = defineHandler({
  type: 'transform',
  description: 'Returns its resolved with.value.',
  delivery: 'pure',
  input: z.strictObject({ value: z.unknown() }).readonly(),
  run: ({ value }) => value,
});
