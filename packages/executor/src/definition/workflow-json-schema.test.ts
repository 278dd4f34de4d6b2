import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { RELEASE_NOTES } from './test-support/release-notes.js';
import { workflowJsonSchema } from './workflow-json-schema.js';

const file = new URL('../../schemas/workflow.schema.json', import.meta.url);

describe('the published JSON Schema', () => {
  it('is up to date (UPDATE_SCHEMAS=1 writes it anew)', () => {
    const schema = JSON.parse(JSON.stringify(workflowJsonSchema()));
    if (process.env.UPDATE_SCHEMAS === '1') writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema);
  });

  const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true }).compile(
    workflowJsonSchema(),
  );
  const step = { id: 'a', type: 'shell' };

  it('takes the whole language, what this release can not run yet included', () => {
    expect([validate(parse(RELEASE_NOTES)), validate.errors]).toEqual([true, null]);
    const all = {
      ...{
        onError: 'continue',
        fallback: [{ type: 'x', with: 1 }],
        compensate: { type: 'y' },
        repeat: { until: 'true', max: 2 },
      },
      ...{
        reserve: { tokens: 1 },
        needs: [{ step: 'a', optional: true }],
        if: true,
        foreach: [1],
        as: 'x',
        retry: { jitter: 'full' },
      },
    };
    expect([validate({ name: 'x', steps: [{ ...step, ...all }] }), validate.errors]).toEqual([true, null]);
  });

  it.each([
    [{ name: 'x', steps: [] }],
    [{ name: 'x', steps: [step], stpes: [] }],
    [{ name: 'x', steps: [{ ...step, need: [] }] }],
    [{ name: 'x', steps: [{ ...step, timeout: '30' }] }],
    [{ name: 'x', steps: [{ ...step, id: 'a[1]' }] }],
    [{ name: 'x', steps: [{ ...step, retry: { attempts: 0 } }] }],
  ])('marks %j', (definition) => {
    expect(validate(definition)).toBe(false);
  });

  it('leaves the keys of a type it does not know to that type', () => {
    expect(validate({ name: 'x', steps: [{ id: 'a', type: 'my-function', anything: 1 }] })).toBe(true);
  });
});
