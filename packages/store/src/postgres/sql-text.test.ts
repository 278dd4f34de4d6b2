import { tablesIn } from '@sisyphus-state/schema/postgres';
import { describe, expect, it } from 'vitest';
import { columnDeclarations, columnList, columnName, tableName, toColumns } from './sql-text.js';

const { workflowSteps } = tablesIn();

describe('SQL made of the tables', () => {
  it('names a table with its schema, also in public', () => {
    expect(tableName(workflowSteps)).toBe('"sisyphus"."workflow_steps"');
    expect(tableName(tablesIn('public').payloads)).toBe('"public"."payloads"');
  });

  it('names columns as the database does', () => {
    expect(columnName(workflowSteps, 'settledSeq')).toBe('settled_seq');
    expect(columnList(workflowSteps, ['runId', 'stepKey'], 's')).toBe('s.run_id, s.step_key');
    expect(columnDeclarations(workflowSteps, ['stepKey', 'attempts'])).toBe(
      'step_key text COLLATE "C", attempts bigint',
    );
  });

  it('refuses a column that the table has not', () => {
    expect(() => columnName(workflowSteps, 'nothing')).toThrow(/nothing/);
  });

  it('leaves nulls out of a row and keeps every other falsy value', () => {
    expect(toColumns(workflowSteps, { result: '', attempts: 0, error: null, usage: undefined })).toEqual({
      result: '',
      attempts: 0,
    });
  });
});
