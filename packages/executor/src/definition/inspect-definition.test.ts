import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expression } from '../expressions/test-support/evaluate.js';
import { DEFINITION_ISSUE_CODES, type DefinitionIssue } from './definition-issue.js';
import type { DefinitionOptions } from './definition-options.js';
import { inspectDefinition, inspectDefinitionText } from './inspect-definition.js';
import { NOT_SUPPORTED_YET } from './not-supported-yet.js';
import { RELEASE_NOTES, RUNNABLE_RELEASE_NOTES } from './test-support/release-notes.js';

function show({ line, column, severity, code, path, stepId }: DefinitionIssue): string {
  return `${line}:${column} ${severity} ${code} ${path} (${stepId})`;
}

function issuesOf(text: string, options: DefinitionOptions = {}): readonly string[] {
  return inspectDefinitionText(text, options).issues.map(show);
}

describe('the workflow of the documentation', () => {
  it('is sound', () => {
    expect(issuesOf(RELEASE_NOTES)).toEqual([]);
  });

  it('is sound without its approval', () => {
    const { definition, issues } = inspectDefinitionText(RUNNABLE_RELEASE_NOTES);
    expect(issues).toEqual([]);
    expect(definition?.steps.map((step) => step.id)).toEqual(['log', 'classify', 'publish']);
    expect(definition?.output).toBe(expression('steps.publish.output'));
  });
});

/** A text for each code there is, and where its issue stands. */
const TEXTS: Readonly<Record<string, readonly [text: string, place: string]>> = {
  SYNTAX: ['name: [', '1:8'],
  TOO_LARGE: ['x'.repeat(1_100_000), 'null:null'],
  TOO_DEEP: [`name: ${'['.repeat(200)}${']'.repeat(200)}`, '1:106'],
  ALIAS_LIMIT: [
    `a: &a [x, x]\n${Array.from({ length: 30 }, (_, n) => `b${n}: &b${n} [*${n === 0 ? 'a' : `b${n - 1}`}, *${n === 0 ? 'a' : `b${n - 1}`}]`).join('\n')}`,
    '15:18',
  ],
  DUPLICATE_KEY: ['name: x\nname: y', '2:1'],
  KEY_NOT_TEXT: ['1: x', '1:1'],
  MERGE_KEY: ['<<: {}', '1:1'],
  TAG_NOT_ALLOWED: ['name: !x y', '1:10'],
  NUMBER_NOT_EXACT: ['name: .nan', '1:7'],
  UNKNOWN_KEY: ['name: x\nsteps:\n  - { id: a, type: t, need: [] }', '3:23'],
  MISSING_KEY: ['name: x\nsteps:\n  - { id: a }', '3:5'],
  WRONG_VALUE: ['name: x\nsteps:\n  - { id: a, type: t, timeout: soon }', '3:32'],
  MISPLACED_KEY: ['name: x\nsteps:\n  - { id: a, type: t, as: x }', '3:23'],
  DUPLICATE_STEP: ['name: x\nsteps:\n  - { id: a, type: t }\n  - { id: a, type: t }', '4:11'],
  UNKNOWN_STEP: ['name: x\nsteps:\n  - { id: a, type: t, needs: [b] }', '3:31'],
  NEEDS_CYCLE: ['name: x\nsteps:\n  - { id: a, type: t, needs: [a] }', '3:30'],
  NEEDS_TWICE: ['name: x\nsteps:\n  - { id: a, type: t }\n  - { id: b, type: t, needs: [a, a] }', '4:34'],
  STEP_NOT_NEEDED: [
    `name: x\nsteps:\n  - { id: a, type: t, with: "${expression('steps.b.output')}" }\n  - { id: b, type: t }`,
    '3:40',
  ],
  ID_NEEDS_BRACKETS: ['name: x\nsteps:\n  - { id: a-b, type: t }', '3:11'],
  HANDLER_NOT_FOUND: ['name: x\nsteps:\n  - { id: a, type: gone }', '3:20'],
  EXPRESSION_INVALID: [`name: x\nsteps:\n  - { id: a, type: t, with: "${expression('1 +')}" }`, '3:38'],
  EXPRESSION_IN_KEY: [`name: x\nsteps:\n  - { id: a, type: t, with: { "${expression('1')}": 1 } }`, '3:31'],
  UNKNOWN_VARIABLE: [`name: x\nsteps:\n  - { id: a, type: t, with: "${expression('abc')}" }`, '3:34'],
  UNKNOWN_FIELD: [`name: x\nsteps:\n  - { id: a, type: t, with: "${expression('run.pid')}" }`, '3:38'],
  INPUT_SCHEMA_INVALID: [
    'name: x\ninput: { type: object, properties: { a: { type: txet } } }\nsteps: [{ id: a, type: t }]',
    '2:49',
  ],
};

describe('every kind of issue', () => {
  it('has a text here, or comes from objects only, or waits for a part of the language that is ahead of this release', () => {
    const others = ['NOT_JSON', 'NOT_SUPPORTED_YET'];
    expect(DEFINITION_ISSUE_CODES.filter((code) => TEXTS[code] === undefined).sort()).toEqual(others);
  });

  it.each(Object.entries(TEXTS))('%s is found, with line and column', (code, [text, place]) => {
    const { issues } = inspectDefinitionText(text, { hasHandler: (type) => type === 't' });
    const found = issues.find((issue) => issue.code === code);
    expect(found === undefined ? issues.map(show) : `${found.line}:${found.column}`).toBe(place);
    expect(found?.message).toMatch(/^\S.*[^.]$/s);
  });
});

describe('inspectDefinition', () => {
  const steps = [{ id: 'a', type: 't' }];

  it('gives back what was written, frozen, nothing filled in', () => {
    const written = { name: 'x', steps: [{ type: 't', id: 'a', retry: {} }], description: undefined };
    const { definition } = inspectDefinition(written);
    expect(JSON.stringify(definition)).toBe('{"name":"x","steps":[{"type":"t","id":"a","retry":{}}]}');
    expect(Object.isFrozen(definition?.steps[0]?.retry)).toBe(true);
  });

  it('reports everything at once, in the order of the steps', () => {
    const { definition, issues } = inspectDefinition({
      name: 'x',
      deadline: 0,
      steps: [
        { id: 'a', type: 't', with: expression('gone') },
        { id: 'b', type: 't', needs: ['c'], timeout: 'soon' },
        { id: 'a', type: 't', extra: 1 },
      ],
      output: expression('steps.b.lines'),
    });
    expect(definition).toBeNull();
    expect(issues.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'WRONG_VALUE deadline',
      'UNKNOWN_FIELD output',
      'UNKNOWN_VARIABLE steps[0].with',
      'WRONG_VALUE steps[1].timeout',
      'DUPLICATE_STEP steps[2].id',
      'UNKNOWN_KEY steps[2].extra',
    ]);
  });

  it('passes warnings and notes on beside a sound definition', () => {
    const { definition, issues } = inspectDefinition({
      name: 'x',
      steps: [{ id: 'a-b', type: 't', with: expression("steps['a-b'].output") }],
    });
    expect(definition).not.toBeNull();
    expect(issues.map((issue) => `${issue.severity} ${issue.code} ${issue.stepId}`)).toEqual([
      'note ID_NEEDS_BRACKETS a-b',
      'warning STEP_NOT_NEEDED a-b',
    ]);
  });

  it.each([undefined, null, 5, 'name: x', [], () => null, new Map(), { name: 'x', steps: [new Date(0)] }])(
    'never throws, and takes no %o for a workflow',
    (value) => {
      const { definition, issues } = inspectDefinition(value);
      expect(definition).toBeNull();
      expect(issues.length).toBeGreaterThan(0);
    },
  );

  it.each([true, {}, { type: 'object' }, { $schema: 'http://json-schema.org/draft-07/schema#', type: 'string' }])(
    'takes the input schema %j',
    (input) => {
      expect(inspectDefinition({ name: 'x', input, steps }).issues).toEqual([]);
    },
  );

  it('says where an input schema is wrong', () => {
    const { issues } = inspectDefinition({ name: 'x', input: { properties: { a: { pattern: 1 } } }, steps });
    expect(issues).toEqual([
      expect.objectContaining({ code: 'INPUT_SCHEMA_INVALID', path: 'input.properties.a.pattern' }),
    ]);
  });

  it('checks 20,000 steps in a chain, each with expressions of its own', () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => ({
      id: `s${index}`,
      type: 't',
      with: { a: index === 0 ? 1 : expression(`steps.s${index - 1}.output + steps.s0.output`) },
    }));
    expect(inspectDefinition({ name: 'x', steps: chain }).issues).toEqual([]);
  });
});

describe('any definition at all', () => {
  const scalar = fc.constantFrom(
    null,
    true,
    0,
    -1,
    1.5,
    '',
    'a',
    'b',
    '30s',
    expression('steps.a.output'),
    expression('1 +'),
    expression('item'),
    '__proto__',
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { weight: 3, arbitrary: scalar },
      { weight: 1, arbitrary: fc.array(tie('any'), { maxLength: 3 }) },
      {
        weight: 1,
        arbitrary: fc.dictionary(fc.constantFrom('a', '__proto__', 'constructor', 'step', 'attempts'), tie('any'), {
          maxKeys: 2,
        }),
      },
    ),
  })).any;
  const key = fc.constantFrom(
    'id',
    'type',
    'with',
    'needs',
    'if',
    'foreach',
    'as',
    'concurrency',
    'retry',
    'timeout',
    'delivery',
    ...NOT_SUPPORTED_YET.stepKeys.map(String),
    'other',
  );
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.dictionary(key, value, { maxKeys: 5 }) },
    { weight: 1, arbitrary: value },
  );
  const definition = fc.record(
    {
      name: value,
      steps: fc.oneof({ weight: 5, arbitrary: fc.array(step, { maxLength: 4 }) }, { weight: 1, arbitrary: value }),
      // Compiling a JSON Schema is by far the dearest of the checks.
      input: fc.option(value, { nil: true, freq: 2 }),
      output: value,
      tags: value,
      other: value,
    },
    { requiredKeys: [] },
  );

  it('is inspected without a throw, and is sound exactly when no issue is an error', () => {
    fc.assert(
      fc.property(definition, (written) => {
        const { definition: sound, issues } = inspectDefinition(written);
        expect(sound === null).toBe(issues.some((issue) => issue.severity === 'error'));
        for (const issue of issues) expect(DEFINITION_ISSUE_CODES).toContain(issue.code);
      }),
      { numRuns: 1_500 },
    );
  });

  it('has the same issues as text and as an object', () => {
    fc.assert(
      fc.property(definition, (written) => {
        const asText = inspectDefinitionText(JSON.stringify(written)).issues.map(({ code, path }) => `${code} ${path}`);
        const asObject = inspectDefinition(JSON.parse(JSON.stringify(written))).issues.map(
          ({ code, path }) => `${code} ${path}`,
        );
        expect([...asText].sort()).toEqual([...asObject].sort());
      }),
      { numRuns: 500 },
    );
  });
});
