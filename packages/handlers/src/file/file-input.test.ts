import { expect, test } from 'vitest';
import { fileInput, rootedFileInput } from './file-input.js';

test.each([
  ['no action', { path: 'a' }, 'action'],
  ['an action that is none', { action: 'append', path: 'a', content: 'x' }, 'action'],
  ['no path', { action: 'read' }, 'path'],
  ['an empty path', { action: 'read', path: '' }, 'path'],
  ['a NUL in a path', { action: 'read', path: 'a\0' }, 'path'],
  ['content for a read', { action: 'read', path: 'a', content: 'x' }, ''],
  ['an unknown encoding', { action: 'read', path: 'a', encoding: 'latin1' }, 'encoding'],
  ['JSON as base64', { action: 'read', path: 'a', json: true, encoding: 'base64' }, 'encoding'],
  ['nothing to write', { action: 'write', path: 'a' }, 'content'],
  ['two things to write', { action: 'write', path: 'a', content: '', json: null }, 'content'],
  ['a number to write', { action: 'write', path: 'a', content: 5 }, 'content'],
  ['base64 that is none', { action: 'write', path: 'a', content: 'not base64!', encoding: 'base64' }, 'content'],
  ['JSON to write as base64', { action: 'write', path: 'a', json: 1, encoding: 'base64' }, 'encoding'],
  ['a mode as a number', { action: 'write', path: 'a', content: '', mode: 644 }, 'mode'],
  ['a mode that is not octal', { action: 'write', path: 'a', content: '', mode: '0888' }, 'mode'],
  ['a mode with a set-user-id bit', { action: 'write', path: 'a', content: '', mode: '4755' }, 'mode'],
  ['a limit of nothing', { action: 'read', path: 'a', maxBytes: 0 }, 'maxBytes'],
  ['content for a delete', { action: 'delete', path: 'a', content: '' }, ''],
])('%s is refused', (_, given, path) => {
  for (const schema of [fileInput, rootedFileInput]) {
    const issues = schema.safeParse(given).error?.issues ?? [];
    expect(issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  }
});

test('a root is named by a step only where it may', () => {
  for (const action of ['read', 'exists', 'delete']) {
    const given = { action, path: 'a', root: '/' };
    expect(rootedFileInput.safeParse(given).success).toBe(true);
    expect(fileInput.safeParse(given).error?.issues).toMatchObject([{ keys: ['root'] }]);
  }
});
