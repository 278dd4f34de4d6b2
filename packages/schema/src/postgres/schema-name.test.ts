import { getTableConfig } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { checkSchemaName, ledgerSchemaOf } from './schema-name.js';
import { tablesIn } from './tables.js';
import { workflowRuns } from './workflow-runs.js';

describe('checkSchemaName', () => {
  it.each(['sisyphus', 'public', 'Tenant_7', '_x', 'x'.repeat(52)])('takes %s', (name) => {
    expect(checkSchemaName(name)).toBe(name);
    expect(ledgerSchemaOf(name).length).toBeLessThanOrEqual(63);
  });

  it.each(['', '7th', 'a b', 'a-b', 'a"b', 'é', 'x'.repeat(53), 'pg_toast', 'information_schema'])(
    'refuses %j and says why',
    (name) => {
      expect(() => checkSchemaName(name)).toThrow(RangeError);
    },
  );
});

describe('tablesIn', () => {
  it('gives the exported tables for the default schema', () => {
    expect(tablesIn().workflowRuns).toBe(workflowRuns);
  });

  it('gives tables that name their schema in full, also in public, and refer to their own runs', () => {
    for (const schema of ['public', 'tenant_a']) {
      const { auditEvents, workflowRuns: runs } = tablesIn(schema);
      const { schema: named, foreignKeys } = getTableConfig(auditEvents);
      expect(named).toBe(schema);
      expect(foreignKeys[0]?.reference().foreignTable).toBe(runs);
    }
  });

  it('refuses a name that is no schema’s', () => {
    expect(() => tablesIn('a"b')).toThrow(RangeError);
  });
});
