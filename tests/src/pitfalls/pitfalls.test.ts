import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pitfalls } from './pitfalls.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const known = 38;

describe('the list of pitfalls', () => {
  test('has every one, in order, with what must hold', () => {
    expect(pitfalls.map(({ number }) => number)).toEqual(Array.from({ length: known }, (_, index) => index + 1));
    expect(pitfalls.filter(({ property }) => property === '')).toEqual([]);
  });

  test('says of one that nothing shows yet why that is', () => {
    expect(pitfalls.filter(({ tests, open = '' }) => tests.length === 0 && open === '')).toEqual([]);
  });

  test.each(pitfalls.flatMap(({ number, tests }) => tests.map(([file, name]) => ({ number, file, name }))))(
    'names a test that is there, and that names pitfall $number: $file',
    ({ number, file, name }) => {
      expect(existsSync(`${root}${file}`)).toBe(true);
      const titles = titlesIn(readFileSync(`${root}${file}`, 'utf8'));
      const found = titles.filter((title) => title.includes(name));
      expect(found).not.toEqual([]);
      expect(found.every((title) => pitfallsIn(title).includes(number))).toBe(true);
    },
  );
});

/** The texts of a test's source that may be names of tests: those that say which pitfalls they are about. */
function titlesIn(source: string): readonly string[] {
  return source.split('\n').filter((line) => /pitfalls? \d/.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line));
}

function pitfallsIn(title: string): readonly number[] {
  const [, numbers = ''] = /pitfalls? ([\d, ]+)\)/.exec(title) ?? [];
  return numbers.split(',').map(Number);
}
