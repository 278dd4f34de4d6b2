import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createPayloadKeeper } from './payload-keeper.js';

test.each([null, '', '{}', 'x'.repeat(8192), 'é'.repeat(4096)])(
  'leaves a value of at most 8 KiB where it is',
  (text) => {
    const keeper = createPayloadKeeper();
    expect(keeper.keep(text)).toEqual({ inline: text, ref: null });
    expect(keeper.kept()).toEqual([]);
  },
);

test.each(['x'.repeat(8193), 'é'.repeat(4097)])('keeps a larger value once, however often it comes', (text) => {
  const keeper = createPayloadKeeper();
  const sha256 = createHash('sha256').update(text, 'utf8').digest('hex');
  expect(keeper.keep(text)).toEqual({ inline: null, ref: sha256 });
  expect(keeper.keep(text)).toEqual({ inline: null, ref: sha256 });
  expect(keeper.kept()).toEqual([{ sha256, bytes: Buffer.byteLength(text), body: text }]);
});
