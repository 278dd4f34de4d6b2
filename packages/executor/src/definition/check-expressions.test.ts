import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../expressions/json-value.js';
import { expression } from '../expressions/test-support/evaluate.js';
import { checkStepExpressions, checkTemplate } from './check-expressions.js';
import { knownSteps } from './check-mentions.js';
import { checkNeeds } from './check-needs.js';
import type { StepDefinition } from './definition.js';
import { type Finding, showPath } from './definition-issue.js';

const STEPS: readonly StepDefinition[] = [
  { id: 'log', type: 't' },
  { id: 'build-site', type: 't' },
  { id: 'apart', type: 't', needs: [] },
  { id: 'last', type: 't', needs: ['build-site'] },
];
const { indexes, isNeeded } = checkNeeds(
  STEPS.map((step) => step.id),
  STEPS,
);
const known = knownSteps(indexes, isNeeded);

/** What is said of an expression in the `with` of the last step. */
function check(value: JsonValue, step: Partial<StepDefinition> = {}): readonly Finding[] {
  return checkStepExpressions({ id: 'last', type: 't', ...step, with: value }, 3, known);
}

function codes(value: JsonValue, step: Partial<StepDefinition> = {}): readonly string[] {
  return check(value, step).map(
    (finding) => `${finding.severity ?? 'error'} ${finding.code} ${showPath(finding.path)}`,
  );
}

describe('expressions that are sound', () => {
  it.each<JsonValue>([
    'no expression',
    expression('input.a + context.b'),
    expression("steps['build-site'].output"),
    expression('steps.log.output.lines'),
    expression('[run.id, run.name, run.version]'),
    { deep: [{ in: `text ${expression('steps.log.status')} text` }] },
    expression('input.list.map(x, x + 1)'),
    `$${expression('anything at all, it is escaped')}`,
  ])('are not spoken of: %j', (value) => {
    expect(check(value)).toEqual([]);
  });

  it('may use the item of their foreach, under its name', () => {
    expect(check(expression('item + index'), { foreach: [1] })).toEqual([]);
    expect(check(expression('subject + index'), { foreach: [1], as: 'subject' })).toEqual([]);
  });
});

describe('expressions that are not sound', () => {
  it.each<[JsonValue, readonly string[]]>([
    [expression('1 +'), ['error EXPRESSION_INVALID steps[3].with']],
    [{ a: [expression('1 +')] }, ['error EXPRESSION_INVALID steps[3].with.a[0]']],
    [expression('').slice(0, 4), ['error EXPRESSION_INVALID steps[3].with']],
    [expression('inptu.a'), ['error UNKNOWN_VARIABLE steps[3].with']],
    [expression('item'), ['error UNKNOWN_VARIABLE steps[3].with']],
    [expression('steps.gone.output'), ['error UNKNOWN_STEP steps[3].with']],
    [expression("steps['gone'].output"), ['error UNKNOWN_STEP steps[3].with']],
    [expression('steps.log.lines'), ['error UNKNOWN_FIELD steps[3].with']],
    [expression('run.started'), ['error UNKNOWN_FIELD steps[3].with']],
    [expression('now()'), ['error EXPRESSION_INVALID steps[3].with']],
    [
      { [expression('input.a')]: 1 },
      [`error EXPRESSION_IN_KEY steps[3].with[${JSON.stringify(expression('input.a'))}]`],
    ],
    [expression('steps.apart.output'), ['warning STEP_NOT_NEEDED steps[3].with']],
    [expression('steps.last.output'), ['warning STEP_NOT_NEEDED steps[3].with']],
    [
      `${expression('a')} ${expression('steps.b')}`,
      ['error UNKNOWN_VARIABLE steps[3].with', 'error UNKNOWN_STEP steps[3].with'],
    ],
  ])('%j: %j', (value, expected) => {
    expect(codes(value)).toEqual(expected);
  });

  it('say where in the text they go wrong', () => {
    const text = `a ${expression('input.a + inptu.b')}`;
    expect(check(text)).toEqual([
      expect.objectContaining({ within: { text: expression('input.a + inptu.b'), offset: 14 } }),
    ]);
  });

  it.each([
    ['steps.build-site.output', "Write steps['build-site']."],
    ['inptu.a', 'Did you mean `input`?'],
    ['steps.logs.output', 'Did you mean steps.log?'],
    ["steps['build-sit'].output", "Did you mean steps['build-site']?"],
    ['steps.log.lines', 'Did you mean steps.log.output.lines? A step has output, status, error.'],
    ['input.a.toLowerCase()', 'Use .lowerAscii().'],
    ['inputs.a.map(x, y)', 'Did you mean `input`?'],
    ['steps.apart.output', 'Add "apart" to `needs`.'],
  ])('%s comes with a way out: %s', (source, remedy) => {
    expect(check(expression(source))[0]?.remedy).toBe(remedy);
  });

  it('that read an id as a subtraction are told so once, whatever its pieces mean', () => {
    expect(codes(expression('steps.build-site.output'))).toEqual(['error EXPRESSION_INVALID steps[3].with']);
    expect(codes(expression('steps.log.output - input.site'))).toEqual([]);
  });
});

describe('the condition of a step', () => {
  it.each([expression('input.a > 1'), 'input.a > 1', ` ${expression('input.a')} `])(
    'is one expression: %j',
    (condition) => {
      expect(check(null, { if: condition })).toEqual([]);
    },
  );

  it.each([
    [`${expression('input.a')} && ${expression('input.b')}`, 'WRONG_VALUE'],
    [`not ${expression('input.a')}`, 'WRONG_VALUE'],
    ['inptu.a', 'UNKNOWN_VARIABLE'],
    [expression('1 +'), 'EXPRESSION_INVALID'],
    [expression('').slice(0, 5), 'EXPRESSION_INVALID'],
  ])('%j is not', (condition, code) => {
    expect(check(null, { if: condition })).toEqual([expect.objectContaining({ code, path: ['steps', 3, 'if'] })]);
  });

  it('does not know the item of a foreach, and says who does', () => {
    const [finding] = check(null, { if: 'subject != ""', foreach: [1], as: 'subject' });
    expect(finding).toMatchObject({
      code: 'UNKNOWN_VARIABLE',
      remedy: expect.stringContaining('known in its `with` only'),
    });
  });
});

describe('what a foreach goes through', () => {
  it.each<JsonValue>([expression('input.list'), [1, expression('input.a')], []])('may be %j', (foreach) => {
    expect(check(null, { foreach })).toEqual([]);
  });

  it.each<[JsonValue, string]>([
    ['input.list', 'WRONG_VALUE'],
    [`x${expression('input.list')}`, 'WRONG_VALUE'],
    [expression('item'), 'UNKNOWN_VARIABLE'],
    [[expression('gone')], 'UNKNOWN_VARIABLE'],
  ])('may not be %j', (foreach, code) => {
    expect(check(null, { foreach }).map((finding) => finding.code)).toEqual([code]);
  });
});

describe('the output of a workflow', () => {
  it('may mention every step, and no item', () => {
    const place = { known, step: null, item: null };
    expect(checkTemplate({ a: expression('steps.apart.output') }, ['output'], place)).toEqual([]);
    expect(checkTemplate(expression('item'), ['output'], place)).toHaveLength(1);
  });
});
