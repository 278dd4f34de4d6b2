import type { Output } from './terminal.js';

/**
 * Takes what handlers and their libraries write to a stream of this process (`console.log` above all) away from it, line
 * by line, until the returned function is called: it would tear a picture apart, or stand between lines of JSON.
 */
export function divertOutput(stream: Output, toLine: (line: string) => void): () => void {
  const original = stream.write;
  const decoder = new TextDecoder();
  let rest = '';
  const take = (chunk: unknown, ...others: readonly unknown[]): boolean => {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(asBytes(chunk), { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) toLine(line);
    // `write(text, encoding?, callback?)`: whoever waits for the write must not wait for ever.
    const callback = others.find((other) => typeof other === 'function');
    if (typeof callback === 'function') queueMicrotask(() => callback());
    return true;
  };
  stream.write = take;
  return () => {
    stream.write = original;
    if (rest !== '') toLine(rest);
  };
}

function asBytes(chunk: unknown): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : new TextEncoder().encode(String(chunk));
}
