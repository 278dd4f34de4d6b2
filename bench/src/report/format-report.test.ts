import { describe, expect, it } from 'vitest';
import { atLeast, atMost, type Figure } from './figure.js';
import { formatFigure, formatHeading, formatPostgres } from './format-report.js';

const figure: Figure = {
  scenario: 'sequential',
  what: 'runs',
  mode: 'FULL',
  rows: [{ unit: 'steps/s', values: { engine: 812.4, raw: 12_345.6 } }],
  ratios: [
    { of: 'of raw', value: 0.8123, aim: atLeast(0.8) },
    { of: 'of the draft', value: 3, aim: null },
  ],
};

describe('formatFigure', () => {
  it('puts values beside each other and ratios below each other', () => {
    const lines = formatFigure(figure, true).split('\n');
    expect(lines.map((line) => line.split(/\s{2,}/).filter((part) => part !== ''))).toEqual([
      ['FULL', 'steps/s', '812', '12,346', '–', '0.812 of raw · aim ≥ 0.8 ok'],
      ['3 of the draft'],
    ]);
  });

  it('says when a ratio falls short', () => {
    const short = { ...figure, ratios: [{ of: 'of raw', value: 4.2, aim: atMost(4) }] };
    expect(formatFigure(short, true)).toContain('4.20 of raw · aim ≤ 4 short');
  });

  it('judges nothing in a run that only shows that everything runs', () => {
    expect(formatFigure(figure, false)).not.toMatch(/ok|short/);
  });

  it('keeps the mode to its first line when there are several values', () => {
    const rows = [...figure.rows, { unit: 'CPU µs/step', values: { engine: 95.25, raw: 31.5 } }];
    const [first, second] = formatFigure({ ...figure, rows }, true).split('\n');
    expect(first).toMatch(/^ {2}FULL {7}steps\/s /);
    expect(second).toMatch(/^ {13}CPU µs\/step +95\.3 +31\.5 +– {3}3 of the draft$/);
  });
});

describe('formatHeading', () => {
  it('names the scenario and what it does, and the contenders above their columns', () => {
    expect(
      formatHeading(figure)
        .trim()
        .split(/\s{2,}/),
    ).toEqual(['sequential: runs', 'engine', 'raw', 'draft']);
  });
});

describe('formatPostgres', () => {
  it('says how the server is set and what it costs', () => {
    const settings = { version: '18.4', origin: 'embedded', fsync: 'on', synchronousCommit: 'on' } as const;
    const environment = { ...settings, commitMicros: 812.4, roundTripMicros: 60.25 };
    expect(formatPostgres(environment, { rows: 27, tables: 6 })).toBe(
      `PostgreSQL 18.4 (started for this, with its own settings): fsync on, synchronous_commit on.
A commit of one row takes 812 µs there, a round trip 60.3 µs; engine and raw left the same 27 rows in 6 tables.`,
    );
    expect(formatPostgres({ ...environment, origin: 'DATABASE_URL', fsync: 'off' }, { rows: 27, tables: 6 })).toMatch(
      /DATABASE_URL.*fsync off/,
    );
  });
});
