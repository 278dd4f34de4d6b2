import { createHash } from 'node:crypto';
import type { PayloadRow } from '../../../model/other-rows.js';

/** Values up to this many bytes of UTF-8 stand in their row; larger ones once in `payloads`. */
const inlineBytes = 8192;

/** Where a value stands: in its row, or in `payloads` under its hash. */
export interface KeptValue {
  readonly inline: string | null;
  readonly ref: string | null;
}

/** Decides where values go and collects those that go to `payloads`, each once. */
export interface PayloadKeeper {
  keep(text: string | null): KeptValue;
  kept(): readonly PayloadRow[];
}

/** Makes a keeper for one run. */
export function createPayloadKeeper(): PayloadKeeper {
  const bodies = new Map<string, PayloadRow>();
  return {
    keep(text) {
      if (text === null || text.length * 3 <= inlineBytes) return { inline: text, ref: null };
      const bytes = Buffer.byteLength(text);
      if (bytes <= inlineBytes) return { inline: text, ref: null };
      const sha256 = createHash('sha256').update(text).digest('hex');
      bodies.set(sha256, { sha256, bytes, body: text });
      return { inline: null, ref: sha256 };
    },
    kept: () => [...bodies.values()],
  };
}
