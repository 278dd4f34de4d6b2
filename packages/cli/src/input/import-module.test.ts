import { expect, it } from 'vitest';
import { asModuleName, isModuleFile } from './import-module.js';

it.each(['a.mjs', 'a.js', 'a.cjs', 'a.ts', 'dir/a.mts', 'A.CTS'])('%s is a module', (file) => {
  expect(isModuleFile(file)).toBe(true);
});

it.each(['a.yaml', 'a.yml', 'a.json', '-', 'a.mjs.yaml', 'js', 'a.tsx'])('%s is none', (file) => {
  expect(isModuleFile(file)).toBe(false);
});

it('names a file so that it is never taken for a package', () => {
  expect(['a.mjs', './a.mjs', '../a.mjs', '/a.mjs', 'lib/a.mjs'].map(asModuleName)).toEqual([
    ...['./a.mjs', './a.mjs', '../a.mjs', '/a.mjs', './lib/a.mjs'],
  ]);
});
