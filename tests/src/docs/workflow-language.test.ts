import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inspectDefinition } from '@sisyphus-state/executor';
import { describe, expect, test } from 'vitest';
import { codesIn, readTable } from './support/markdown-table.js';
import { repositoryRoot } from './support/repository.js';

const page = 'docs/workflows.md';
/** Values that the keys can have whose reservation is only looked at when they are well-formed. */
const samples: Readonly<Record<string, unknown>> = {
  onError: 'continue',
  fallback: [{ type: 'transform' }],
  compensate: { type: 'transform' },
  repeat: { until: 'true' },
  reserve: { tokens: 1 },
};
const schema = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@sisyphus-state/executor/workflow.schema.json'), 'utf8'),
);

describe('the page of the workflow language', () => {
  test('names every key of a workflow that this release runs', () => {
    const keys = Object.keys(schema.properties).filter((key) => key !== '$schema');
    expect(documented('The keys of a workflow').sort()).toEqual(
      keys.filter((key) => isSupported({ [key]: 1 }, {})).sort(),
    );
  });

  test('names every key of a step that this release runs', () => {
    const keys = Object.keys(schema.$defs.Step.properties);
    expect(documented('The keys of a step').sort()).toEqual(
      keys.filter((key) => isSupported({}, { [key]: samples[key] ?? 1 })).sort(),
    );
  });

  test('names every function that expressions have beyond CEL', () => {
    const source = readFileSync(join(repositoryRoot, 'packages/executor/src/expressions/cel-functions.ts'), 'utf8');
    const functions = [...source.matchAll(/^ {2}\['(?:\w+\.)?(?<name>\w+)\(/gm)].map(
      ({ groups }) => groups?.name ?? '',
    );
    const named = readTable(page, 'Expressions')
      .flatMap((row) => codesIn(Object.values(row)[0]))
      .join(' ');
    expect(functions.length).toBeGreaterThan(10);
    expect(functions.filter((name) => !new RegExp(`\\b${name}\\(`).test(named))).toEqual([]);
  });
});

function documented(heading: string): string[] {
  return readTable(page, heading).flatMap((row) => codesIn(row.key));
}

/** Whether a key is more than reserved: with it, nothing says that this release can't run the workflow. */
function isSupported(ofWorkflow: object, ofStep: object): boolean {
  const step = { id: 'a', type: 'transform', ...ofStep };
  const { issues } = inspectDefinition({ name: 'x', steps: [step], ...ofWorkflow });
  return !issues.some(({ code }) => code === 'NOT_SUPPORTED_YET');
}
