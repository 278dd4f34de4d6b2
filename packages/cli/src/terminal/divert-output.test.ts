import { expect, it, vi } from 'vitest';
import { divertOutput } from './divert-output.js';
import type { Output } from './terminal.js';

function divert() {
  const written: string[] = [];
  const stream: Output = {
    write: (text) => {
      written.push(text);
      return true;
    },
  };
  const lines: string[] = [];
  const restore = divertOutput(stream, (line) => void lines.push(line));
  return { stream, written, lines, restore };
}

it('takes whole lines, whatever pieces they are written in', () => {
  const { stream, written, lines } = divert();
  for (const text of ['one', ' line\ntwo', '\n\n']) stream.write(text);
  expect(lines).toEqual(['one line', 'two', '']);
  expect(written).toEqual([]);
});

it('gives the stream back, and the line that was not ended', () => {
  const { stream, written, lines, restore } = divert();
  stream.write('half');
  restore();
  stream.write('direct');
  expect(lines).toEqual(['half']);
  expect(written).toEqual(['direct']);
});

it('reads bytes, also where a character is cut in two', () => {
  const { stream, lines } = divert();
  const write = stream.write as unknown as (chunk: Uint8Array) => boolean;
  const bytes = new TextEncoder().encode('ü\n');
  write(bytes.slice(0, 1));
  write(bytes.slice(1));
  expect(lines).toEqual(['ü']);
});

it('tells whoever waits for the write that it is done', async () => {
  const { stream } = divert();
  const write = stream.write as (chunk: string, encoding: string, done: () => void) => boolean;
  const done = vi.fn();
  write('x', 'utf8', done);
  await Promise.resolve();
  expect(done).toHaveBeenCalledOnce();
});
