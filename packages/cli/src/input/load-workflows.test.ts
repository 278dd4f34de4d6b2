import { describe, expect, it } from 'vitest';
import { codeFolder, codeModule } from '../test-support/code-folder.js';
import { loadWorkflows } from './load-workflows.js';
import { showWorkflow } from './show-workflow.js';

const order = codeModule("export const order = defineWorkflow({ name: 'order' }, async () => 1);");

it('loads modules in the order they are named, each once', async () => {
  const second = codeModule("export default defineWorkflow({ name: 'ship', version: 3 }, async () => 1);");
  const cwd = codeFolder({ 'order.mjs': order, 'ship.mjs': second });
  const modules = await loadWorkflows(['./ship.mjs', 'order.mjs', './ship.mjs'], cwd);
  expect(modules.map(({ name, workflows }) => [name, ...workflows.map(showWorkflow)])).toEqual([
    ['./ship.mjs', 'ship@3'],
    ['order.mjs', 'order@1'],
  ]);
});

it('takes a CommonJS module', async () => {
  const text =
    "const { defineWorkflow } = require('@sisyphus-state/executor');\nexports.order = defineWorkflow({ name: 'order' }, async () => 1);\nexports.helper = () => 1;\n";
  const [module] = await loadWorkflows(['./order.cjs'], codeFolder({ 'order.cjs': text }));
  expect(module?.workflows.map(showWorkflow)).toEqual(['order@1']);
});

it('takes one workflow from two modules, one of which passes it on', async () => {
  const cwd = codeFolder({ 'order.mjs': order, 'all.mjs': "export * from './order.mjs';" });
  expect(await loadWorkflows(['./order.mjs', './all.mjs'], cwd)).toHaveLength(2);
});

it('refuses two workflows of one name and version, and says where they are', async () => {
  const cwd = codeFolder({ 'order.mjs': order, 'other.mjs': order });
  const loading = loadWorkflows(['./order.mjs', './other.mjs'], cwd);
  await expect(loading).rejects.toMatchObject({ code: 'WORKFLOW_DUPLICATE' });
  await expect(loading).rejects.toThrow('"order" version 1: one in ./order.mjs, one in ./other.mjs');
});

describe('what can not be loaded', () => {
  it.each([
    ['a missing file', './none.mjs', 'There is no file'],
    ['a missing package', 'no-such-package', 'neither a file nor a package'],
    ['a file that throws', './throws.mjs', 'TypeError: not today (/'],
    ['a workflow that is none', './wrong.mjs', 'DefinitionInvalidError'],
  ])('%s is an error that says why', async (_, name, message) => {
    const cwd = codeFolder({
      'throws.mjs': "throw new TypeError('not today');",
      'wrong.mjs': codeModule("export default defineWorkflow({ name: 'order', version: 0 }, async () => 1);"),
    });
    const loading = loadWorkflows([name], cwd);
    await expect(loading).rejects.toMatchObject({ code: 'WORKFLOWS_UNLOADABLE' });
    await expect(loading).rejects.toThrow(message);
  });
});
