import { expect, it } from 'vitest';
import { cli, cliDocument } from '../test-support/cli.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';

const mine =
  "export const mail = { type: 'mail.send', version: 2, delivery: 'at-most-once', description: 'Sends a mail.', run() {} };\n" +
  'export const plain = { greet: () => null };\n';

it('lists the built-in handlers', async () => {
  const { status, stdout } = await cli('/', ['handlers']);
  expect(status).toBe(0);
  expect(stdout.split('\n')[0]).toMatch(/^TYPE +VERSION +DELIVERY +FROM +DESCRIPTION$/);
  for (const type of ['shell', 'http', 'file', 'transform'])
    expect(stdout).toMatch(new RegExp(`^${type} .*built in`, 'm'));
});

it('lists those of a module beside them', async () => {
  const { stdout } = await cli(temporaryFolder({ 'mine.mjs': mine }), ['handlers', '--handlers', './mine.mjs']);
  expect(stdout).toMatch(/^mail\.send +2 {2}at-most-once +\.\/mine\.mjs {2}Sends a mail\.$/m);
  expect(stdout).toMatch(/^greet +1 {2}at-least-once +\.\/mine\.mjs {2}\(plain function\)$/m);
});

it('gives a document', async () => {
  const { document } = await cliDocument(temporaryFolder({ 'mine.mjs': mine }), [
    'handlers',
    '--handlers',
    './mine.mjs',
  ]);
  expect(document).toContainEqual({
    type: 'greet',
    version: 1,
    delivery: 'at-least-once',
    kind: 'plain',
    from: './mine.mjs',
    description: null,
  });
});
