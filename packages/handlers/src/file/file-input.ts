import { z } from 'zod';

const MAX_BYTES = 1024 * 1024;

const path = z
  .string()
  .min(1, { error: 'must not be empty' })
  .refine((value) => !value.includes('\0'), { error: 'must not contain a NUL character' });

const encoding = z.enum(['utf8', 'base64']).default('utf8');

// A number would be read as a decimal one: 644 is not 0644.
const mode = z
  .string({ error: 'expected a text of octal digits such as "0644"' })
  .regex(/^0?[0-7]{3}$/, { error: 'expected three octal digits such as "0644"' })
  .transform((digits) => Number.parseInt(digits, 8));

const readInput = z.strictObject({
  action: z.literal('read'),
  path,
  /** `base64` for files that are no text. */
  encoding,
  /** Whether to parse the text as JSON. */
  json: z.boolean().default(false),
  maxBytes: z.int().min(1).default(MAX_BYTES),
});

const writeInput = z.strictObject({
  action: z.literal('write'),
  path,
  content: z.string().optional(),
  /** Written as JSON, indented, with a final line end; instead of `content`. */
  json: z.unknown().optional(),
  /** How `content` is given. */
  encoding,
  /** Default: the mode of the file that is replaced, or what the umask leaves. */
  mode: mode.optional(),
});

const existsInput = z.strictObject({ action: z.literal('exists'), path });

const deleteInput = z.strictObject({ action: z.literal('delete'), path });

const withRoot = { root: path.optional() };

/** What the `with` of a step may hold when the application chose the root. */
export const fileInput = z
  .discriminatedUnion('action', [readInput, writeInput, existsInput, deleteInput])
  .superRefine(checkTogether)
  .readonly();

/** The same for a step that may choose its root. */
export const rootedFileInput = z
  .discriminatedUnion('action', [
    readInput.extend(withRoot),
    writeInput.extend(withRoot),
    existsInput.extend(withRoot),
    deleteInput.extend(withRoot),
  ])
  .superRefine(checkTogether)
  .readonly();

export type ReadInput = z.output<typeof readInput>;
export type WriteInput = z.output<typeof writeInput>;
/** What a `file` step's `with` holds, for any of its actions. */
export type FileInput = Readonly<AnyInput>;
export type RootedFileInput = z.output<typeof rootedFileInput>;

type AnyInput = ReadInput | WriteInput | z.output<typeof existsInput> | z.output<typeof deleteInput>;

function checkTogether(input: AnyInput, context: z.RefinementCtx): void {
  const refuse = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
  if (input.action === 'read' && input.json && input.encoding === 'base64') refuse('encoding', 'JSON is read as utf8');
  if (input.action !== 'write') return;
  if ((input.content === undefined) === (input.json === undefined)) refuse('content', 'give either content or json');
  if (input.json !== undefined && input.encoding === 'base64') refuse('encoding', 'JSON is written as utf8');
  if (input.encoding === 'base64' && !z.base64().safeParse(input.content ?? '').success) {
    refuse('content', 'is no base64');
  }
}
