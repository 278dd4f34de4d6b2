import { createHash } from 'node:crypto';

/** Values up to this many bytes of JSON stand in the row and the event; larger ones once in `payloads`. */
export const inlineBytes = 8192;

/** Where a value goes: in the row, or in `payloads` with its hash in the row. */
export interface Spilled {
  readonly inline: string | null;
  readonly ref: string | null;
  readonly bytes: number;
}

/** Says where a value's text goes. */
export function spill(text: string | null): Spilled {
  if (text === null || text.length * 3 <= inlineBytes) return { inline: text, ref: null, bytes: 0 };
  const bytes = Buffer.byteLength(text);
  if (bytes <= inlineBytes) return { inline: text, ref: null, bytes };
  return { inline: null, ref: sha256(text), bytes };
}

/** SHA-256 of the text's UTF-8, in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
