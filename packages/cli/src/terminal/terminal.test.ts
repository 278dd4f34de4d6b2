import { describe, expect, it } from 'vitest';
import { fakeTerminal } from '../test-support/fake-terminal.js';

const size = { columns: 100, rows: 40 };

describe('a pipe', () => {
  it('has no colours, no moving text, and lines without end', () => {
    const { terminal } = fakeTerminal({ env: { TERM: 'xterm-256color' } });
    expect(terminal.isLive).toBe(false);
    expect(terminal.columns).toBe(Number.POSITIVE_INFINITY);
    expect(terminal.paint.red('x')).toBe('x');
  });

  it('has no colours in CI either, unless they are asked for', () => {
    expect(fakeTerminal({ env: { CI: 'true' } }).terminal.paint.red('x')).toBe('x');
    expect(fakeTerminal({ env: { FORCE_COLOR: '1' } }).terminal.paint.red('x')).toBe('\u001b[31mx\u001b[39m');
    expect(fakeTerminal({ env: { FORCE_COLOR: '0' } }).terminal.paint.red('x')).toBe('x');
  });
});

describe('a terminal', () => {
  it('has its size, colours and moving text', () => {
    const { terminal } = fakeTerminal({ size, env: { TERM: 'xterm-256color' } });
    expect(terminal).toMatchObject({ isLive: true, columns: 100, rows: 40, symbols: 'unicode' });
    expect(terminal.paint.red('x')).toBe('\u001b[31mx\u001b[39m');
  });

  it('is taken to be 80 by 24 when it does not know its size', () => {
    const { terminal } = fakeTerminal({ size: { columns: 0, rows: 0 } });
    expect(terminal).toMatchObject({ columns: 80, rows: 24 });
  });

  it.each([
    ['TERM=dumb: neither colours nor movement', { TERM: 'dumb' }, false, 'x'],
    ['NO_COLOR: movement without colours', { NO_COLOR: '1' }, true, 'x'],
    ['NO_COLOR wins over FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, 'x'],
    ['CI: colours without movement', { CI: 'true' }, false, '\u001b[31mx\u001b[39m'],
  ])('%s', (_, env, isLive, painted) => {
    const { terminal } = fakeTerminal({ size, env: env as Record<string, string> });
    expect(terminal.isLive).toBe(isLive);
    expect(terminal.paint.red('x')).toBe(painted);
  });

  it('gets plain marks on a Linux console, which has no others', () => {
    expect(fakeTerminal({ size, env: { TERM: 'linux' } }).terminal.symbols).toBe('ascii');
  });
});
