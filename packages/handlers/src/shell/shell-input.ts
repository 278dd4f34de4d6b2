import { z } from 'zod';

const MAX_BUFFER = 1024 * 1024;

// The system ends every argument and variable at its first NUL.
const text = z.string().refine((value) => !value.includes('\0'), { error: 'must not contain a NUL character' });

const word = z
  .union([z.string(), z.number(), z.boolean()], { error: 'expected a text, a number or a boolean' })
  .transform(String)
  .pipe(text);

const variable = text.regex(/^[^=]+$/, { error: 'the name of an environment variable has no "=" and is not empty' });

/** What the `with` of a `shell` step may hold. */
export const shellInput = z
  .strictObject({
    /** A program's name or path; with `shell: true` a command line for `/bin/sh`. */
    command: text.min(1, { error: 'must not be empty' }),
    /** One argument each, nothing is split or expanded; with `shell: true` they are `$1`, `$2`, … */
    args: z.array(word).default([]),
    cwd: text.min(1, { error: 'must not be empty' }).optional(),
    env: z.record(variable, word).default({}),
    /** What the program reads on stdin; without it stdin is closed. */
    input: z.string().optional(),
    shell: z.boolean().default(false),
    /** The most bytes of stdout, and of stderr. */
    maxBuffer: z.int().min(1).default(MAX_BUFFER),
    /** The form in which stdout is kept: `text` also fills `lines`, `lines` and `json` leave `stdout` empty. */
    parse: z.enum(['text', 'json', 'lines']).default('text'),
    /** Exit codes that are no failure, besides 0. */
    allowExitCodes: z.array(z.int().min(0).max(255)).default([]),
    /** Whether the program gets this process's environment (PATH, HOME, …) too. */
    inheritEnv: z.boolean().default(true),
  })
  .readonly();

export type ShellInput = z.output<typeof shellInput>;
