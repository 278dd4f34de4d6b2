import { expect, test } from 'vitest';
import { asFileError } from './file-errors.js';

const systemError = (code: string) =>
  Object.assign(new Error(`${code}: as the system says it`), { code, syscall: 'open' });

test.each([
  ['ENOENT', 'FILE_NOT_FOUND'],
  ['EISDIR', 'FILE_NOT_A_FILE'],
  ['ENXIO', 'FILE_NOT_A_FILE'],
  ['ENOTDIR', 'FILE_PATH_INVALID'],
  ['ELOOP', 'FILE_PATH_INVALID'],
  ['ENAMETOOLONG', 'FILE_PATH_INVALID'],
  ['EACCES', 'FILE_ACCESS_DENIED'],
  ['EPERM', 'FILE_ACCESS_DENIED'],
  ['EROFS', 'FILE_ACCESS_DENIED'],
])('%s is the terminal %s', (errno, code) => {
  const cause = systemError(errno);
  expect(asFileError(cause, 'a/b')).toMatchObject({
    code,
    retryable: false,
    cause,
    message: expect.stringContaining('"a/b"'),
    details: { path: 'a/b', errno },
  });
});

test.each(['ENOSPC', 'EIO', 'EMFILE', 'EBUSY', 'EDQUOT'])('%s may pass: the policy decides', (errno) => {
  expect(asFileError(systemError(errno), 'a')).toMatchObject({
    code: 'FILE_IO',
    retryable: null,
    message: `"a": ${errno}: as the system says it`,
    details: { path: 'a', errno },
  });
});

test('what is no system error stays what it is', () => {
  const others = [new Error('x'), new TypeError('y'), 'text', undefined];
  expect(others.map((other) => asFileError(other, 'a'))).toEqual(others);
});
