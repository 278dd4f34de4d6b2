import { describe, expect, it } from 'vitest';
import { fakeTerminal } from '../test-support/fake-terminal.js';
import { codeOf, reportError, toErrorDocument } from './report-error.js';
import { UsageError } from './usage-error.js';

describe('for a person', () => {
  it('writes code and message to stderr, and nothing to stdout', () => {
    const { terminal, stdout, stderr } = fakeTerminal();
    reportError(new UsageError('FILE_UNREADABLE', 'There is no flow.yaml.'), terminal, false);
    expect(stderr()).toBe('error FILE_UNREADABLE: There is no flow.yaml.\n');
    expect(stdout()).toBe('');
  });

  it('shows no stack of an unexpected error, but says how to see it', () => {
    const { terminal, stderr } = fakeTerminal();
    reportError(new TypeError('x is not a function'), terminal, false);
    expect(stderr()).toBe('error UNEXPECTED: x is not a function\nSet SISYPHUS_DEBUG=1 to see where it happened.\n');
  });

  it('shows the stack under SISYPHUS_DEBUG=1', () => {
    const { terminal, stderr } = fakeTerminal({ env: { SISYPHUS_DEBUG: '1' } });
    reportError(new TypeError('x is not a function'), terminal, false);
    expect(stderr()).toContain('report-error.test.ts');
  });

  it('lets no escape sequence of a message reach the terminal', () => {
    const { terminal, stderr } = fakeTerminal();
    reportError(new UsageError('USAGE', 'no \u001b[2Jcommand'), terminal, false);
    expect(stderr()).toBe('error USAGE: no command\n');
  });
});

describe('for a program', () => {
  it('writes one document to stdout and nothing to stderr', () => {
    const { terminal, stdout, stderr } = fakeTerminal();
    reportError(new UsageError('USAGE', 'what?', { details: { option: '--x' } }), terminal, true);
    expect(JSON.parse(stdout())).toEqual({ error: { code: 'USAGE', message: 'what?', details: { option: '--x' } } });
    expect(stderr()).toBe('');
  });
});

it('has a code and a message for whatever was thrown', () => {
  expect(toErrorDocument('text')).toEqual({ error: { code: 'UNEXPECTED', message: 'text', details: null } });
  expect(codeOf(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe('ENOENT');
  expect(codeOf(null)).toBe('UNEXPECTED');
});
