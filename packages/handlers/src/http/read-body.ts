import { TextDecoder } from 'node:util';

/** The beginning of a body, and whether it is the whole. */
export interface ReadBody {
  readonly text: string;
  readonly isWhole: boolean;
}

/** Reads at most `maxBytes` of an answer's body as text in the charset it names (else UTF-8), and lets go of the rest. */
export async function readBody(response: Response, maxBytes: number): Promise<ReadBody> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (bytes > maxBytes) break;
  }
  const kept = Buffer.concat(chunks, Math.min(bytes, maxBytes));
  return { text: decoderFor(response.headers.get('content-type')).decode(kept), isWhole: bytes <= maxBytes };
}

/** Whether a content type is JSON's own or one built on it, such as `application/problem+json`. */
export function isJsonType(contentType: string | null): boolean {
  return /^\s*(?:application|text)\/(?:[^;\s]+\+)?json\s*(?:;|$)/i.test(contentType ?? '');
}

function decoderFor(contentType: string | null): TextDecoder {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '') ?? [];
  try {
    return new TextDecoder(charset);
  } catch {
    // A name nobody knows: UTF-8 is right for nearly all of them.
    return new TextDecoder();
  }
}
