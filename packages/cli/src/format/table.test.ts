import { expect, it } from 'vitest';
import { layOutTable } from './table.js';
import { widthOf } from './text.js';

const columns = [{ title: 'STEP' }, { title: 'TRIES', align: 'right' }, { title: 'ERROR', gives: true }] as const;

it('lines cells up under their titles, numbers to the right', () => {
  const rows = [
    ['log', '1', ''],
    ['classify', '12', 'exit code 1'],
  ];
  expect(layOutTable(rows, { columns, width: 80 })).toEqual([
    'STEP      TRIES  ERROR',
    'log           1',
    'classify     12  exit code 1',
  ]);
});

it('shortens the column that gives way', () => {
  const lines = layOutTable([['classify', '1', 'a long story of what went wrong']], { columns, width: 30 });
  expect(lines[1]).toBe('classify      1  a long story…');
  expect(lines.every((line) => widthOf(line) <= 30)).toBe(true);
});

it('cuts lines that are too long even so', () => {
  const lines = layOutTable([['classify', '1', 'a long story']], { columns, width: 12 });
  expect(lines.map(widthOf)).toEqual([12, 12]);
});

it('measures wide characters as two cells', () => {
  const lines = layOutTable([['日本', '1', 'x']], { columns, width: 80 });
  expect(lines[1]).toBe('日本      1  x');
});

it('shows the titles of a table without rows, painted', () => {
  expect(layOutTable([], { columns, width: 80, paintTitle: (title) => `<${title}>` })).toEqual([
    '<STEP  TRIES  ERROR>',
  ]);
});
