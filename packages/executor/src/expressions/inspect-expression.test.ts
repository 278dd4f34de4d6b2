import { describe, expect, it } from 'vitest';
import { celEnvironment } from './cel-environment.js';
import { type Inspection, inspectExpression } from './inspect-expression.js';

function inspect(source: string): Inspection {
  return inspectExpression(celEnvironment().parse(source).ast);
}

describe('the variables an expression takes', () => {
  it.each([
    ['input.a + context.b', ['input', 'context']],
    ['[1].map(x, x + y)', ['y']],
    ['[1].map(x, [2].map(y, x + y))', []],
    ['x.filter(x, x > 1)', ['x']],
    ['cel.bind(a, b, a + c)', ['b', 'c']],
    ['cel.bind(a, a, a)', ['a']],
    ['type(input.a) == string', ['input']],
    ['{"k": a}[b]', ['a', 'b']],
    ['has(input.a.b)', ['input']],
    ['a ? -b : !c', ['a', 'b', 'c']],
    ['1 + 2', []],
  ])('of %s are %j', (source, names) => {
    expect(
      inspect(source)
        .variables.map((variable) => variable.name)
        .sort(),
    ).toEqual([...names].sort());
  });

  it('come with their place', () => {
    expect(inspect('1 + abc').variables).toEqual([{ name: 'abc', offset: 4 }]);
  });
});

describe('the steps an expression mentions', () => {
  it.each([
    ['steps.a.output', [['a', 'output']]],
    ["steps['build-site'].status", [['build-site', 'status']]],
    ['steps["a"]["error"]', [['a', 'error']]],
    ['steps.?a.output', [['a', 'output']]],
    ['steps.a', [['a', null]]],
    ['steps.a.size()', [['a', null]]],
    ['steps[input.which].output', []],
    [
      'steps.a.output.map(x, steps.b.output[x])',
      [
        ['a', 'output'],
        ['b', 'output'],
      ],
    ],
    ['[1].map(steps, steps.a)', []],
    ['has(steps.a.output)', [['a', 'output']]],
  ])('of %s are %j', (source, mentions) => {
    const found = inspect(source).steps;
    expect(found.map((mention) => [mention.name, mention.field?.name ?? null]).sort()).toEqual(mentions);
  });

  it('come with their place and that of the field', () => {
    expect(inspect('1 + steps.abc.output').steps).toEqual([
      { name: 'abc', offset: 10, field: { name: 'output', offset: 14 } },
    ]);
  });
});

describe('the fields of the run', () => {
  it('are read off `run` alone', () => {
    expect(inspect('run.id + input.run.name').runFields.map((field) => field.name)).toEqual(['id']);
  });
});

describe('the faults of an expression', () => {
  it.each([
    ['now()', /no function now\(\)/, 'now'],
    ['input.a.toLowerCase()', /no method \.toLowerCase\(\)/, 'toLowerCase'],
    ['input.a.matches("(")', /missing closing/, null],
    ['timestamp(input.a).getDayOfYear()', /no method \.getDayOfYear\(\)/, 'getDayOfYear'],
  ])('of %s', (source, message, unknownFunction) => {
    const [fault] = inspect(source).faults;
    expect(fault).toMatchObject({ message: expect.stringMatching(message), unknownFunction });
  });
});
