import { expect, expectTypeOf, test, vi } from 'vitest';
import { defineHandler } from './define-handler.js';
import type { HandlerSource } from './registry.js';
import { createRegistry } from './registry.js';

const one = defineHandler({ type: 'one', version: 2, delivery: 'pure', run: () => 1 });
const two = defineHandler({ type: 'two', run: (input: { n: number }) => input.n });

test('lists, records and registries are put together in their order', () => {
  const plain = () => null;
  const registry = createRegistry([two], { one, 'my-type': plain }, createRegistry({ last: plain }));
  expect(registry.list().map((each) => each.type)).toEqual(['two', 'one', 'my-type', 'last']);
  expect(registry.get('one')).toEqual({ type: 'one', version: 2, kind: 'defined', delivery: 'pure', handler: one });
  expect(registry.get('my-type')).toEqual({
    type: 'my-type',
    version: 1,
    kind: 'plain',
    delivery: 'at-least-once',
    handler: plain,
  });
});

test('an unknown type is null', () => {
  const registry = createRegistry([one]);
  expect(registry.get('three')).toBeNull();
  expect([registry.has('one'), registry.has('three')]).toEqual([true, false]);
});

test('names of Object.prototype are no handlers', () => {
  const registry = createRegistry({ one });
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'get']) {
    expect(registry.get(name)).toBeNull();
    expect(registry.has(name)).toBe(false);
  }
});

test('handlers that a record inherits are none', () => {
  const record = Object.create({ inherited: () => 1 });
  expect(() => createRegistry(record)).toThrow(expect.objectContaining({ code: 'HANDLER_INVALID' }));
  expect(createRegistry(JSON.parse('{}'), Object.assign(Object.create(null), { one })).list()).toHaveLength(1);
});

test('a second handler for a type is refused, whatever form it has', () => {
  const other = defineHandler({ type: 'one', run: () => 2 });
  const refused = expect.objectContaining({
    name: 'HandlerDuplicateError',
    code: 'HANDLER_DUPLICATE',
    details: { type: 'one' },
  });
  expect(() => createRegistry([one, other])).toThrow(refused);
  expect(() => createRegistry([one], { one: () => 2 })).toThrow(refused);
  expect(() => createRegistry(createRegistry([one]), createRegistry([other]))).toThrow(refused);
});

test('the very same handler may come twice', () => {
  expect(createRegistry([one, two], { one }, createRegistry([one])).list()).toHaveLength(2);
});

test('a record may hold plain handlers called like the methods of a registry', () => {
  const registry = createRegistry({ get: () => 1, has: () => 2, list: () => 3 });
  expect(registry.list().map((each) => each.type)).toEqual(['get', 'has', 'list']);
});

test('a registry of another copy of the package is one', async () => {
  vi.resetModules();
  const other = await import('./registry.js');
  expect(createRegistry(other.createRegistry([one])).get('one')?.handler).toBe(one);
});

test.each<[string, unknown, string]>([
  ['a Map', new Map([['one', one]]), 'plain object'],
  ['null', null, 'plain object'],
  ['a function', () => 1, 'plain object'],
  ['a plain function in an array', [() => 1], 'no type of its own'],
  ['a handler under another type', { uno: one }, '"one"'],
  ['a plain function under an empty type', { ' ': () => 1 }, 'empty type'],
  ['no handler at all', { one: 'shell' }, 'run function'],
  ['a handler that was not defined and has no run', [{ type: 'x' }], 'run'],
])('%s is refused, saying what to do', (_, source, said) => {
  // Only JavaScript can hand these over.
  expect(() => createRegistry(source as HandlerSource)).toThrow(
    expect.objectContaining({ code: 'HANDLER_INVALID', message: expect.stringContaining(said) }),
  );
});

test('nobody can change a registry', () => {
  const registry = createRegistry([one]);
  expect(Object.isFrozen(registry)).toBe(true);
  expect(Object.isFrozen(registry.list())).toBe(true);
  expect(Object.isFrozen(registry.get('one'))).toBe(true);
});

test('plain functions in a record know the types of their arguments', () => {
  createRegistry({
    greet: (step, context) => {
      expectTypeOf(step).toEqualTypeOf<Readonly<Record<string, unknown>>>();
      expectTypeOf(context).toEqualTypeOf<Readonly<Record<string, unknown>>>();
      return `${step.greeting} ${context.name}`;
    },
    one,
    later: async () => 1,
  });
});
