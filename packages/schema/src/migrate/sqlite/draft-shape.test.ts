import { expect, test } from 'vitest';
import { draftShape, draftTableNames, isDraftTable, keptName } from './draft-shape.js';

test.each(draftTableNames)('knows the table %s by exactly its columns', (table) => {
  const columns = draftShape[table];
  expect(isDraftTable(table, columns)).toBe(true);
  expect(isDraftTable(table, [...columns, 'more'])).toBe(false);
  expect(isDraftTable(table, columns.slice(1))).toBe(false);
  expect(isDraftTable('payloads', columns)).toBe(false);
});

test('keeps a table under a name of its own', () => {
  expect(draftTableNames.map(keptName)).toEqual(['draft_workflow_runs', 'draft_workflow_steps', 'draft_audit_events']);
});
