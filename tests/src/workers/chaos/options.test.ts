import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.js';

describe('the options of chaos', () => {
  it('are those of the whole test when nothing is said', () => {
    const expected = { databases: ['sqlite', 'postgres'], runs: 2000, kills: 30, workers: 4, concurrency: 10 };
    expect(parseOptions([])).toMatchObject(expected);
  });

  it('may name one database and other numbers', () => {
    const options = parseOptions(['--db', 'postgres', '--runs', '50', '--kills', '0', '--seed', '7']);
    expect(options).toMatchObject({ databases: ['postgres'], runs: 50, kills: 0, seed: 7 });
  });

  it.each([
    [['--db', 'oracle'], /sqlite or postgres/],
    [['--runs', '0'], /--runs is 0/],
    [['--kills', 'many'], /--kills is many/],
    [['--often'], /--often/],
  ])('are refused when they are %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
