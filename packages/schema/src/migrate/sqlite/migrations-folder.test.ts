import { basename, dirname, isAbsolute } from 'node:path';
import { expect, test } from 'vitest';
import { migrationsFolder } from './migrations-folder.js';

test("is the package's own folder, absolute", () => {
  expect(isAbsolute(migrationsFolder())).toBe(true);
  expect(basename(migrationsFolder())).toBe('sqlite');
  expect(dirname(dirname(migrationsFolder()))).toMatch(/schema$/);
});
