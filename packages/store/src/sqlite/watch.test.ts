import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChangeWatch } from './watch.js';

let folder: string;
let client: Database.Database;
let other: Database.Database;
let watch: ChangeWatch;

beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), 'sisyphus-watch-'));
  [client, other] = [open(), open()];
  client.exec('CREATE TABLE t (x)');
  watch = new ChangeWatch(client);
});

afterEach(() => {
  watch.stop();
  client.close();
  other.close();
  rmSync(folder, { recursive: true, force: true });
  vi.useRealTimers();
});

function open(): Database.Database {
  const made = new Database(join(folder, 'w.db'));
  made.pragma('journal_mode = WAL');
  return made;
}

const poll = (): void => void vi.advanceTimersByTime(100);

describe('ChangeWatch', () => {
  it('tells of a commit of another connection at its next look, once', () => {
    const listener = vi.fn();
    watch.add(listener);
    poll();
    expect(listener).not.toHaveBeenCalled();
    other.exec('INSERT INTO t VALUES (1)');
    poll();
    poll();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('tells of it within ten milliseconds', () => {
    const listener = vi.fn();
    watch.add(listener);
    other.exec('INSERT INTO t VALUES (1)');
    vi.advanceTimersByTime(10);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('tells of it within 28 ms when there was no other for a while, and of the next one within ten again', () => {
    const listener = vi.fn();
    watch.add(listener);
    vi.advanceTimersByTime(1_000 + 5 * 28);
    other.exec('INSERT INTO t VALUES (1)');
    vi.advanceTimersByTime(27);
    expect(listener).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(listener).toHaveBeenCalledTimes(1);
    other.exec('INSERT INTO t VALUES (2)');
    vi.advanceTimersByTime(10);
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it('looks more often again after a commit of its own process', () => {
    const listener = vi.fn();
    watch.add(listener);
    vi.advanceTimersByTime(2_000);
    watch.notify();
    other.exec('INSERT INTO t VALUES (1)');
    vi.advanceTimersByTime(10);
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it('does not tell of what was committed before anybody listened', () => {
    other.exec('INSERT INTO t VALUES (1)');
    const listener = vi.fn();
    watch.add(listener);
    poll();
    expect(listener).not.toHaveBeenCalled();
  });

  it('tells of a commit through its own connection only when it is told to', () => {
    const listener = vi.fn();
    watch.add(listener);
    client.exec('INSERT INTO t VALUES (1)');
    poll();
    expect(listener).not.toHaveBeenCalled();
    watch.notify();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('looks only while somebody listens', () => {
    expect(vi.getTimerCount()).toBe(0);
    const stops = [watch.add(vi.fn()), watch.add(vi.fn())];
    expect(vi.getTimerCount()).toBe(1);
    stops[0]?.();
    expect(vi.getTimerCount()).toBe(1);
    stops[1]?.();
    expect(vi.getTimerCount()).toBe(0);
    watch.add(vi.fn());
    expect(vi.getTimerCount()).toBe(1);
  });

  it('lets a listener stop itself and others while it is being called', () => {
    const second = vi.fn();
    const stops: (() => void)[] = [];
    stops.push(
      watch.add(() => {
        for (const stop of stops) stop();
      }),
    );
    stops.push(watch.add(second));
    watch.notify();
    watch.notify();
    expect(second.mock.calls.length).toBeLessThanOrEqual(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('calls the others although one throws, whose error surfaces as uncaught', () => {
    const [thrown, later] = [new Error('mine'), vi.fn()];
    const tasks: (() => void)[] = [];
    vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => void tasks.push(task));
    watch.add(() => {
      throw thrown;
    });
    watch.add(later);
    expect(() => watch.notify()).not.toThrow();
    expect(later).toHaveBeenCalledTimes(1);
    expect(tasks).toHaveLength(1);
    expect(tasks[0]).toThrow(thrown);
    vi.restoreAllMocks();
  });

  it('stops looking at a connection that its owner closed', () => {
    watch.add(vi.fn());
    client.close();
    expect(poll).not.toThrow();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('looks again later when it cannot look now', () => {
    let look = (): unknown => ({ data_version: 1 });
    const statement = { run: () => ({ changes: 0 }), get: () => look(), all: () => [] };
    const spoilt = new ChangeWatch({ prepare: () => statement, inTransaction: false, close: () => {} });
    const listener = vi.fn();
    spoilt.add(listener);
    look = () => {
      throw new Error('not now');
    };
    poll();
    expect(listener).not.toHaveBeenCalled();
    look = () => ({ data_version: 2 });
    poll();
    expect(listener).toHaveBeenCalledTimes(1);
    spoilt.stop();
  });
});
