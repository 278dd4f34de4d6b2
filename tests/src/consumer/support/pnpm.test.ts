import { expect, test } from 'vitest';
import { pnpmCommand } from './pnpm.js';

test.each([
  ['a pnpm that is a program', '/opt/pnpm/pnpm', ['/opt/pnpm/pnpm']],
  ['a pnpm that is a script', '/opt/pnpm/bin/pnpm.cjs', [process.execPath, '/opt/pnpm/bin/pnpm.cjs']],
  ['npm', '/usr/lib/node_modules/npm/bin/npx-cli.js', ['npx', '-y', 'pnpm@12']],
  ['nobody', undefined, ['npx', '-y', 'pnpm@12']],
])('started by %s, the tests call pnpm so', (_, execPath, command) => {
  expect(pnpmCommand(execPath)).toEqual(command);
});
