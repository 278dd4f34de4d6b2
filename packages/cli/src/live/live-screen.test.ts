import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakeTerminal } from '../test-support/fake-terminal.js';
import { LiveScreen, type Picture } from './live-screen.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function screenOf(picture: Picture) {
  const { terminal, stdout } = fakeTerminal({ size: { columns: 40, rows: 10 } });
  const screen = new LiveScreen(terminal, picture);
  screen.start();
  return { screen, stdout };
}

it('draws twelve times a second, however often the run moves', () => {
  const picture = vi.fn<Picture>(() => ['x']);
  screenOf(picture);
  expect(picture).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(picture).toHaveBeenCalledTimes(12);
});

it('writes nothing while the picture stays the same', () => {
  const { stdout } = screenOf(() => ['same']);
  vi.advanceTimersByTime(100);
  const { length } = stdout();
  vi.advanceTimersByTime(1000);
  expect(stdout()).toHaveLength(length);
});

it('leaves room for what stands above and below', () => {
  const picture = vi.fn<Picture>(() => ['x']);
  screenOf(picture);
  vi.advanceTimersByTime(100);
  expect(picture).toHaveBeenCalledWith({ frame: 1, rows: 8, isFinal: false });
});

it('draws only the last picture of a run that is over before the first', () => {
  const { screen, stdout } = screenOf(({ isFinal }) => [isFinal ? 'the end' : 'on the way']);
  screen.finish();
  vi.advanceTimersByTime(1000);
  expect(stripVTControlCharacters(stdout())).toBe('the end\n');
});

it('hides the cursor while it draws, and gives it back', () => {
  const { screen, stdout } = screenOf(() => ['x']);
  expect(stdout()).toBe('\u001b[?25l');
  screen.finish();
  expect(stdout().endsWith('\u001b[?25h')).toBe(true);
});

it('prints lines above the picture, in one write with it', () => {
  const { terminal, stdout } = fakeTerminal({ size: { columns: 40, rows: 10 } });
  const write = vi.fn(terminal.writeOut);
  const screen = new LiveScreen({ ...terminal, writeOut: write }, () => ['picture']);
  screen.start();
  vi.advanceTimersByTime(100);
  write.mockClear();
  screen.print('a line');
  expect(write).toHaveBeenCalledOnce();
  expect(stripVTControlCharacters(stdout())).toBe('picture\na line\npicture\n');
});

it('leaves nothing behind that still listens or ticks', () => {
  const before = process.listenerCount('exit');
  const { screen } = screenOf(() => ['x']);
  screen.finish();
  screen.finish();
  expect(process.listenerCount('exit')).toBe(before);
  expect(vi.getTimerCount()).toBe(0);
});
