import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpressionError } from './expression-error.js';
import { evaluate, expression, resolve } from './test-support/evaluate.js';

const input = {
  big: Array.from({ length: 100_000 }, (_, index) => index),
  words: Array.from({ length: 100_000 }, (_, index) => `w${index}`),
  text: 'a'.repeat(1_000_000),
  deep: JSON.parse(`${'['.repeat(900)}${']'.repeat(900)}`),
};

function nest(depth: number, first: string, next: string, last: string): string {
  return `cel.bind(a, ${first}, ${`cel.bind(a, ${next}, `.repeat(depth)}${last}${')'.repeat(depth + 1)}`;
}

/** Each of these would run for hours, or end the process, if nothing bounded it. */
const ENDLESS = [
  'input.big.map(a, input.big.map(b, input.big.map(c, 1)))',
  'input.big.all(a, input.big.all(b, input.big.all(c, true)))',
  'input.big.exists(a, input.big.exists(b, input.big.exists(c, false)))',
  'input.big.all(a, input.big.map(b, input.big.map(c, 1)).size() > 0 || input.big.map(b, input.big.map(c, 1)).size() > 0)',
  'input.big.map(a, input.big.all(b, true)).size() > 0 || true',
  'input.big.filter(a, a in input.big)',
  'input.big.filter(a, input.big == input.big.map(x, x))',
  'input.big.map(a, size(input.text))',
  'input.big.map(a, input.text.upperAscii())',
  'input.big.filter(a, input.text.matches("(a+)+b|a$"))',
  'input.words.filter(a, input.text.matches(a))',
  'input.big.map(a, input.text.split(""))',
  'input.text.replace("a", input.text)',
  'input.big.map(a, input.text + "x").join("")',
  'input.big.map(a, [input.text, input.text])',
  'input.big.map(a, input.words.sort())',
  'input.big.map(a, json(input.big))',
  nest(60, '[1, 1]', '[a, a]', 'a'),
  nest(60, '[1, 1]', '[a, a]', 'json(a)'),
  nest(60, '[[1, 1], [1, 1]]', '[[a[0], a[0]], [a[1], a[1]]]', 'a[0] == a[1]'),
  nest(60, '[1, 1]', 'a + a', 'size(a)'),
  nest(60, '"aaaaaaaa"', 'a + a', 'size(a)'),
  'cel.bind(a, input.words.map(w, {"k": w}), cel.bind(g, a.groupBy("k"), cel.bind(h, a.groupBy("k"), input.big.all(x, g == h))))',
];

describe('an expression that would never end', () => {
  it.each(ENDLESS)('is stopped: %s', (source) => {
    const failure = failureOf(() => evaluate(source, input));
    expect(failure).toBeInstanceOf(ExpressionError);
    expect(failure).toMatchObject({ code: 'EXPRESSION_LIMIT', where: 'with of step "s"' });
  });

  it('is stopped in a text that repeats a big value', () => {
    const failure = failureOf(() => resolve(expression('input.text').repeat(200), { input }));
    expect(failure).toMatchObject({ code: 'EXPRESSION_LIMIT' });
  });

  it('leaves nothing behind: the next evaluation has all its work again', () => {
    failureOf(() => evaluate('input.big.map(a, input.big)', input));
    expect(evaluate('input.big.filter(x, x < 3)', input)).toEqual([0, 1, 2]);
  });
});

describe('an expression of honest size', () => {
  it.each([
    ['input.big.map(x, x * 2).size()', 100_000],
    ['input.words.filter(w, w.startsWith("w1")).size()', 11_111],
    ['input.words.filter(w, w.matches("^w1[0-9]*$")).size()', 11_111],
    ['input.words.map(w, {"type": w.substring(0, 2)}).groupBy("type").size()', 10],
    ['input.words.join("\\n").size()', input.words.join('\n').length],
  ])('runs to its end: %s', (source, expected) => {
    expect(evaluate(source, input)).toBe(expected);
  });
});

describe('an expression nested without end', () => {
  it.each([
    '!'.repeat(16_000),
    '-'.repeat(16_000),
    '['.repeat(8_000),
    '(1+'.repeat(4_000),
    'true?'.repeat(3_000),
    'a.'.repeat(4_000),
    '1+'.repeat(8_000),
    'size('.repeat(3_000),
  ])('is an error of the expression, not of the stack: %.12s…', (source) => {
    expect(failureOf(() => evaluate(`${source}1`))).toBeInstanceOf(ExpressionError);
  });

  it('refuses operands whose type alone would fill the memory', () => {
    expect(failureOf(() => evaluate('size(input.deep)', input))).toMatchObject({
      code: 'EXPRESSION_FAILED',
      message: /nested deeper than 64/,
    });
  });
});

describe('any expression at all', () => {
  const token = fc.constantFrom(
    ...[
      'input',
      'steps',
      'context',
      'run',
      'x',
      '.',
      'a',
      '.?',
      '[',
      ']',
      '(',
      ')',
      '{',
      '}',
      ',',
      ':',
      '?',
      '"s"',
      "'",
      '1',
      '2.5',
      '-',
      '!',
      '+',
    ],
    ...[
      '*',
      '/',
      '%',
      '==',
      '!=',
      '<',
      '&&',
      '||',
      ' in ',
      'size',
      'map',
      'filter',
      'all',
      'exists',
      'has',
      'cel',
      'bind',
      'json',
      'sort',
      'null',
    ],
    ...[
      'true',
      'timestamp',
      'duration',
      'bytes',
      'type',
      'string',
      'int',
      'matches',
      'optional',
      'of',
      'orValue',
      '__proto__',
      'constructor',
      ' ',
    ],
  );
  const values = { a: [1, 'x', null, { b: 2 }], n: 1.5, __proto__: { c: 1 }, s: 'text' };

  it('gives JSON or throws an ExpressionError, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 14 }), (tokens) =>
        isJsonOrExpressionError(() => evaluate(tokens.join(''), values)),
      ),
      { numRuns: 20_000 },
    );
  });

  it('gives JSON or throws an ExpressionError over any input', () => {
    const sources = [
      'input.a + input.b',
      'input == input.a',
      'input.a.map(x, x.b)',
      'size(input.a)',
      'input.a[input.b]',
      'json(input)',
      'input.a in input.b',
      '[input].flatten().distinct()',
      'keys(input)',
      'input.a < input.b',
      'has(input.a.b)',
      'input.?a.orValue(1)',
      'string(input.a)',
      'input.a.groupBy("b")',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.jsonValue(), fc.jsonValue(), (source, a, b) =>
        isJsonOrExpressionError(() => evaluate(source, { a, b })),
      ),
      { numRuns: 10_000 },
    );
  });
});

function isJsonOrExpressionError(run: () => unknown): boolean {
  try {
    return JSON.stringify(run()) !== undefined;
  } catch (error) {
    return error instanceof ExpressionError;
  }
}

function failureOf(run: () => unknown): unknown {
  try {
    return { gave: run() };
  } catch (error) {
    return error;
  }
}
