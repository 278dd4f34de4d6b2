import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../expressions/json-value.js';
import { checkShape } from './check-shape.js';
import { showPath } from './definition-issue.js';

function findings(definition: JsonValue): readonly string[] {
  return checkShape(definition).findings.map(
    (finding) => `${finding.code} ${showPath(finding.path)}: ${finding.message}`,
  );
}

function stepFindings(step: JsonValue): readonly string[] {
  return findings({ name: 'x', steps: [step] });
}

const step = { id: 'a', type: 't' };

describe('the shape of a workflow', () => {
  it('takes every key of the language', () => {
    expect(
      findings({
        name: 'x',
        version: 2,
        description: 'd',
        input: { type: 'object' },
        budget: { steps: 1, duration: '30m', tokens: 5, cost: 2.5 },
        deadline: '3d',
        queue: 'q',
        priority: -1,
        tags: { team: 'web' },
        steps: [step],
        output: null,
      }),
    ).toEqual([]);
  });

  it.each<[JsonValue, readonly string[]]>([
    [[], ['WRONG_VALUE : a workflow is an object with name and steps, this is a list']],
    [null, ['WRONG_VALUE : a workflow is an object with name and steps, this is nothing (null)']],
    [{ steps: [step] }, ['MISSING_KEY : the workflow has no `name`']],
    [{ name: 'x' }, ['MISSING_KEY : the workflow has no `steps`']],
    [{ name: 'x', steps: [] }, ['WRONG_VALUE steps: `steps`: it is empty']],
    [{ name: '', steps: [step] }, ['WRONG_VALUE name: `name`: it is empty']],
    [{ name: 5, steps: [step] }, ['WRONG_VALUE name: `name`: expected a text, got 5']],
    [{ name: 'x', steps: step }, ['WRONG_VALUE steps: `steps`: expected a list, got an object']],
    [{ name: 'x', stpes: [], steps: [step] }, ['UNKNOWN_KEY stpes: unknown key `stpes`']],
    [{ name: 'x', steps: [step], version: 1.5 }, ['WRONG_VALUE version: `version`: expected a whole number, got 1.5']],
    [{ name: 'x', steps: [step], tags: { a: 1 } }, ['WRONG_VALUE tags.a: `a`: expected a text, got 1']],
    [{ name: 'x', steps: [step], input: 'x' }, ['WRONG_VALUE input: `input`: expected a JSON Schema, got "x"']],
    [{ name: 'x', steps: [step], budget: { step: 1 } }, ['UNKNOWN_KEY budget.step: unknown key `step`']],
  ])('refuses %j', (definition, expected) => {
    expect(findings(definition)).toEqual(expected);
  });
});

describe('the shape of a step', () => {
  it.each<JsonValue>([
    { ...step, with: { a: [1] }, if: 'true', retry: {}, timeout: 250, delivery: 'pure' },
    { ...step, needs: ['b', { step: 'c', optional: true }], foreach: [1], as: 'x', concurrency: 4 },
    { ...step, retry: { attempts: 3, backoff: '1s', factor: 1.5, maxBackoff: '30s', jitter: 'none' } },
    { ...step, onError: 'continue', fallback: [{ type: 'b' }], compensate: { type: 'c', with: 1 } },
    { ...step, repeat: { until: 'x', max: 3 }, reserve: { tokens: 1, cost: 0.5 }, if: false },
    { ...step, id: 'build site é', extra: 'for a plain function' },
  ])('takes %j', (written) => {
    expect(stepFindings(written)).toEqual([]);
  });

  it.each<[JsonValue, readonly string[]]>([
    ['build', ['WRONG_VALUE steps[0]: expected an object, got "build"']],
    [{ type: 't' }, ['MISSING_KEY steps[0]: the step has no `id`']],
    [{ id: 'a' }, ['MISSING_KEY steps[0]: the step has no `type`']],
    [{ ...step, id: '' }, ['WRONG_VALUE steps[0].id: `id`: it is empty']],
    [
      { ...step, id: 'a[1]' },
      ['WRONG_VALUE steps[0].id: `id`: an id holds no [ ] / # and no control characters, got "a[1]"'],
    ],
    [
      { ...step, id: 'a\n' },
      ['WRONG_VALUE steps[0].id: `id`: an id holds no [ ] / # and no control characters, got "a\\n"'],
    ],
    [{ ...step, id: ' a' }, ['WRONG_VALUE steps[0].id: `id`: an id starts and ends with no blank, got " a"']],
    [{ ...step, id: 'a'.repeat(129) }, ['WRONG_VALUE steps[0].id: `id`: expected at most 128 characters']],
    [{ ...step, id: 5 }, ['WRONG_VALUE steps[0].id: `id`: expected a text, got 5']],
    [{ ...step, needs: 'b' }, ['WRONG_VALUE steps[0].needs: `needs`: expected a list, got "b"']],
    [
      { ...step, needs: [5] },
      ['WRONG_VALUE steps[0].needs[0]: item 1 of `needs`: expected a step id, or { step, optional: true }, got 5'],
    ],
    [
      { ...step, needs: [{ step: 'b', optinal: true }] },
      ['UNKNOWN_KEY steps[0].needs[0].optinal: unknown key `optinal`'],
    ],
    [{ ...step, retry: 3 }, ['WRONG_VALUE steps[0].retry: `retry`: expected an object, got 3']],
    [
      { ...step, retry: { attempts: 0 } },
      ['WRONG_VALUE steps[0].retry.attempts: `attempts`: expected 1 or more, got 0'],
    ],
    [
      { ...step, retry: { attempts: 1e6 } },
      ['WRONG_VALUE steps[0].retry.attempts: `attempts`: expected at most 1000, got 1000000'],
    ],
    [{ ...step, retry: { atempts: 2 } }, ['UNKNOWN_KEY steps[0].retry.atempts: unknown key `atempts`']],
    [
      { ...step, retry: { jitter: true } },
      ['WRONG_VALUE steps[0].retry.jitter: `jitter`: expected one of `full`, `equal`, `none`, got true'],
    ],
    [{ ...step, timeout: -1 }, ['WRONG_VALUE steps[0].timeout: `timeout`: expected 0 or more, got -1']],
    [{ ...step, timeout: '0s' }, ['WRONG_VALUE steps[0].timeout: `timeout`: expected more than 0, got "0s"']],
    [
      { ...step, concurrency: 1.5 },
      ['WRONG_VALUE steps[0].concurrency: `concurrency`: expected a whole number, got 1.5'],
    ],
    [{ ...step, as: 'a-b' }, ['WRONG_VALUE steps[0].as: `as`: expected a name of letters, digits and _, got "a-b"']],
    [
      { ...step, foreach: { a: 1 } },
      ['WRONG_VALUE steps[0].foreach: `foreach`: expected a list, or one expression that gives a list, got an object'],
    ],
    [
      { ...step, delivery: 'once' },
      [
        'WRONG_VALUE steps[0].delivery: `delivery`: expected one of `pure`, `at-least-once`, `at-most-once`, got "once"',
      ],
    ],
    [{ ...step, if: 1 }, ['WRONG_VALUE steps[0].if: `if`: expected an expression, true or false, got 1']],
    [{ ...step, compensate: {} }, ['MISSING_KEY steps[0].compensate: `compensate` has no `type`']],
  ])('refuses %j', (written, expected) => {
    expect(stepFindings(written)).toEqual(expected);
  });

  it.each(['30', 'soon', 1.5, true, '99999999999w'])('says once how a duration is written, of %j', (timeout) => {
    expect(stepFindings({ ...step, timeout })).toEqual([
      expect.stringMatching(/^WRONG_VALUE steps\[0\]\.timeout: `timeout`: expected a text with units such as "30s"/),
    ]);
  });

  it('keeps the sound steps to go on with, and reports the others all at once', () => {
    const check = checkShape({ name: 'x', steps: [step, { id: 1 }, { ...step, id: 'c' }, null] });
    expect(check.steps).toEqual([step, null, { ...step, id: 'c' }, null]);
    expect(check.findings.map((finding) => showPath(finding.path))).toEqual(['steps[1].id', 'steps[1]', 'steps[3]']);
  });

  it('suggests what was meant', () => {
    const [finding] = checkShape({ name: 'x', steps: [{ ...step, retry: { attemts: 1 } }] }).findings;
    expect(finding?.remedy).toBe('Did you mean `attempts`?');
    expect(finding?.atKey).toBe(true);
  });
});
