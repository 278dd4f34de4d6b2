import { expect, test } from 'vitest';
import { isAsWritten } from './expected-output.js';

test.each([
  ['one\ntwo\n', 'one\ntwo', true],
  ['one\ntwo\n', 'one', false],
  ['one\n', 'one\ntwo', false],
  ['run 0192-abc done in 12 ms\n', 'run … done in … ms', true],
  ['run 0192-abc failed\n', 'run … done', false],
  ['a\nb\nc\nd\n', 'a\n…\nd', true],
  ['a\nd\n', 'a\n…\nd', true],
  ['a\nb\n', 'a\n…\nd', false],
  ['{ "a": [1] }  \n', '{ "a": [1] }', true],
  ['abbb\n', 'ab*', false],
  ['measure-folder a/b\n', 'measure-folder a/b', true],
  ['', '', true],
])('%j against %j is %s', (written, expected, matches) => {
  expect(isAsWritten(written, expected)).toBe(matches);
});
