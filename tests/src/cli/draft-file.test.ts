import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeDraftFile } from '../migrations/fixtures/make-draft-file.js';
import { runCli, runCliDocument } from './support/cli.js';
import { folderWith } from './support/flows.js';

const order =
  'name: order\nsteps:\n  - { id: reserve, type: reserve }\n  - { id: pay, type: pay }\noutput: "${{ steps.pay.output }}"\n';
const handlers = `export default {
  reserve: () => { throw new Error('was done already'); },
  pay: () => 'paid',
};`;

it("a file of the draft's own code is adopted, and its failed run goes on with its workflow handed in", async () => {
  const cwd = folderWith({ 'order.yaml': order, 'shop.mjs': handlers });
  const { completed, failed } = await makeDraftFile(join(cwd, 't.db'));
  const db = ['--db', 't.db'];

  const migrated = await runCliDocument(['migrate', ...db], { cwd });
  expect(migrated).toMatchObject({ status: 0, document: { adoptedRuns: 3 } });
  const listed = await runCliDocument(['ls', ...db], { cwd });
  expect((listed.document as { id: string }[]).map(({ id }) => id).sort()).toEqual(
    [completed, failed, 'cut-off'].sort(),
  );
  expect(await runCli(['verify', ...db], { cwd })).toMatchObject({ status: 0 });

  const without = await runCliDocument(['resume', failed, ...db, '--handlers', './shop.mjs'], { cwd });
  expect(without).toMatchObject({ status: 2, document: { error: { code: 'DEFINITION_MISSING' } } });
  const argv = ['resume', failed, ...db, '--handlers', './shop.mjs', '--workflow', 'order.yaml'];
  const resumed = await runCli(argv, { cwd });
  expect(resumed.status).toBe(0);
  expect(resumed.stdout).toMatch(/^completed in .* · 1 step ran, 1 done before\noutput {2}paid$/m);
  expect(await runCli(['verify', ...db], { cwd })).toMatchObject({ status: 0 });
});
