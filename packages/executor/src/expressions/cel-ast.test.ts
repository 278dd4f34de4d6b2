import { parse } from '@marcbachmann/cel-js';
import { describe, expect, it } from 'vitest';
import { bindingOf, countNodes, nodesOf } from './cel-ast.js';

describe('nodesOf', () => {
  it.each([
    ['1', 1],
    ['a.b', 2],
    ['a.b[0]', 4],
    ['-a', 2],
    ['size(a)', 2],
    ['a.split("", 1)', 4],
    ['a.contains("x")', 3],
    ['{"k": a, "l": [b]}', 6],
    ['a ? b : c', 4],
    ['a && b || c', 5],
  ])('finds every node of %s', (source, count) => {
    expect(countNodes(parse(source).ast)).toBe(count);
  });

  it('tells how deep each node stands', () => {
    const depths = [...nodesOf(parse('a + b * c').ast)].map(({ node, depth }) => [node.op, depth]);
    expect(depths).toEqual(
      expect.arrayContaining([
        ['+', 1],
        ['*', 2],
        ['id', 3],
      ]),
    );
  });
});

describe('bindingOf', () => {
  it.each([
    'l.map(x, x)',
    'l.map(x, true, x)',
    'l.filter(x, x)',
    'l.all(x, x)',
    'l.exists(x, x)',
    'l.exists_one(x, x)',
  ])('reads the variable of %s', (source) => {
    const binding = bindingOf(parse(source).ast);
    expect(binding).toMatchObject({ variable: 'x', free: [{ args: 'l' }] });
    expect(binding?.bound.length).toBeGreaterThan(0);
  });

  it('keeps the value of a bind outside of its variable', () => {
    expect(bindingOf(parse('cel.bind(x, a, x + 1)').ast)).toMatchObject({
      variable: 'x',
      free: [{ args: 'cel' }, { args: 'a' }],
      bound: [{ op: '+' }],
    });
  });

  it.each(['l.contains(x)', 'x', 'size(x)', 'l.map(x)'])('finds none in %s', (source) => {
    expect(bindingOf(parse(source).ast)).toBeNull();
  });
});
