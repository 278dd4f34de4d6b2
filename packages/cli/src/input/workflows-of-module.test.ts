import { defineWorkflow } from '@sisyphus-state/executor';
import { describe, expect, it } from 'vitest';
import { holdsWorkflows, workflowsOf } from './workflows-of-module.js';

const workflow = (name: string, version = 1) => defineWorkflow({ name, version }, async () => null);
const [order, ship] = [workflow('order'), workflow('ship')];
const helper = (): null => null;

const namesIn = (module: Readonly<Record<string, unknown>>) =>
  workflowsOf(module, './m.mjs').workflows.map(({ name }) => name);

describe('the workflows of a module', () => {
  it.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['its default export', { default: order }, ['order']],
    ['its named exports, helpers and classes passed over', { helper, order, ship, limit: 3, Error }, ['order', 'ship']],
    ['in arrays', { all: [order, ship], none: [1, 2] }, ['order', 'ship']],
    ['in records', { workflows: { order, ship, helper } }, ['order', 'ship']],
    ['in what a CommonJS module exports', { default: { order, more: [ship] }, order }, ['order', 'ship']],
    ['each once', { default: order, order, all: [order] }, ['order']],
    ['also beside another default export', { default: { greet: helper }, order }, ['order']],
  ])('are %s', (_, module, names) => {
    expect(namesIn(module)).toEqual(names);
  });

  it('have a main one when that is the default export', () => {
    expect(workflowsOf({ default: order, ship }, 'm').main).toBe(order);
    expect(workflowsOf({ default: [order], ship }, 'm').main).toBeNull();
  });
});

describe('a module without any is refused', () => {
  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['with nothing in it', {}, 'The module ./m.mjs exports nothing. Export what defineWorkflow makes'],
    ['with functions only', { default: helper }, 'exports only functions'],
    ['with something else', { limit: 3 }, 'exports no workflow as code'],
    ['with data', { default: { name: 'x', steps: [] } }, 'exports a workflow as data'],
    ['with an array that holds something else', { all: [order, helper] }, 'exports as `all` an array that holds'],
  ])('%s', (_, module, message) => {
    expect(() => workflowsOf(module, './m.mjs')).toThrow(message);
    expect(() => workflowsOf(module, './m.mjs')).toThrow(expect.objectContaining({ code: 'WORKFLOW_INVALID' }));
  });
});

it('tells what holds a workflow from what holds none', () => {
  expect([order, [order], { order }].map(holdsWorkflows)).toEqual([true, true, true]);
  expect([null, helper, [helper], { helper }, { name: 'x', steps: [] }].some(holdsWorkflows)).toBe(false);
});
