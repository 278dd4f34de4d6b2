import { expect, test } from 'vitest';
import { builtinHandlers } from './builtin-handlers.js';
import { createRegistry } from './registry.js';

test('the built-in handlers are registered under their own types', () => {
  expect(
    createRegistry(builtinHandlers)
      .list()
      .map((each) => [each.type, each.version, each.delivery]),
  ).toEqual([
    ['shell', 1, 'at-least-once'],
    ['http', 1, 'at-least-once'],
    ['file', 1, 'at-least-once'],
    ['transform', 1, 'pure'],
  ]);
});
