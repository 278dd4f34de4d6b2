import { defineWorkflow } from '@sisyphus-state/executor';
import { expect, it } from 'vitest';
import { chooseWorkflow } from './choose-workflow.js';
import { showWorkflow } from './show-workflow.js';
import { workflowsOf } from './workflows-of-module.js';

const workflow = (name: string, version = 1) => defineWorkflow({ name, version }, async () => null);
const exports = { old: workflow('order', 1), order: workflow('order', 2), ship: workflow('ship') };

it.each<[string, Readonly<Record<string, unknown>>, string | undefined, string]>([
  ['the only one', { ship: exports.ship }, undefined, 'ship@1'],
  ['the default export', { ...exports, default: exports.ship }, undefined, 'ship@1'],
  ['of versions the newest', { old: exports.old, order: exports.order }, undefined, 'order@2'],
  ['one by its name', exports, 'order', 'order@2'],
  ['one by its name and version', exports, 'order@1', 'order@1'],
  ['another than the default export', { ...exports, default: exports.ship }, 'order', 'order@2'],
])('chooses %s', (_, module, name, chosen) => {
  expect(showWorkflow(chooseWorkflow(workflowsOf(module, './m.mjs'), name))).toBe(chosen);
});

it('names those there are when there are several, and how to choose', () => {
  const choose = () => chooseWorkflow(workflowsOf(exports, './m.mjs'));
  expect(choose).toThrow(expect.objectContaining({ code: 'WORKFLOW_CHOICE' }));
  expect(choose).toThrow(/\.\/m\.mjs has several workflows: order@1, order@2, ship@1\. Choose one: --name order,/);
});

it('names those there are when there is none of the name', () => {
  const choose = () => chooseWorkflow(workflowsOf(exports, './m.mjs'), 'shop');
  expect(choose).toThrow('The module ./m.mjs has no workflow "shop". It has order@1, order@2, ship@1.');
});
