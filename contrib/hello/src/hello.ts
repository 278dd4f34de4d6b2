import { defineHandler, TerminalError } from '@sisyphus-state/handlers';
import { z } from 'zod';

const input = z.strictObject({
  /** Who is greeted. */
  name: z.string().trim().min(1, { error: 'must not be empty' }),
  greeting: z.string().trim().min(1, { error: 'must not be empty' }).default('Hello'),
});

const output = z.strictObject({ message: z.string() });

/**
 * Greets somebody: `hello`.
 *
 * Returns `{ message }`. Errors: `HELLO_NAME_HAS_LINES` (terminal) for a name of several lines.
 */
export const hello = defineHandler({
  type: 'hello',
  version: 1,
  description: 'Greets somebody by name.',
  // It only computes: repeated after a crash it does no harm. A handler with an effect says "at-least-once" or "at-most-once".
  delivery: 'pure',
  input,
  output,
  run({ name, greeting }, { log }) {
    if (/[\r\n]/.test(name)) {
      throw new TerminalError('A greeting is one line, and this name has several. Give with.name without line ends.', {
        code: 'HELLO_NAME_HAS_LINES',
      });
    }
    log('greeting', { name });
    return { message: `${greeting}, ${name}!` };
  },
});
