import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { ProcessIdentity } from '@sisyphus-state/schema';
import { afterEach, describe, expect, it } from 'vitest';
import { isProvablyDead, readProcessIdentity } from './process-identity.js';
import { waitFor } from './test-support/wait-for.js';

const self = readProcessIdentity();
const hasProcfs = existsSync('/proc/self/stat');
const children: ChildProcess[] = [];
const endless = 'setInterval(() => {}, 60_000)';

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts a process that does nothing, and returns it with the identity it would read of itself. */
async function start(): Promise<{ readonly child: ChildProcess; readonly identity: ProcessIdentity }> {
  const child = spawn(process.execPath, ['-e', endless], { stdio: 'ignore' });
  children.push(child);
  await once(child, 'spawn');
  if (child.pid === undefined) throw new Error('The child has no pid.');
  return { child, identity: { ...self, pid: child.pid, processStart: startOf(child.pid) } };
}

/** Field 22 of proc(5)'s stat, read here in another way: the command may not hold a parenthesis. */
function startOf(pid: number): string | null {
  if (!hasProcfs) return null;
  return /^\d+ \([^)]*\) (?:\S+ ){19}(\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? null;
}

describe('readProcessIdentity', () => {
  it('says the same of one process every time', () => {
    expect(readProcessIdentity()).toEqual(self);
    expect(self.pid).toBe(process.pid);
    expect(self.host).not.toBe('');
  });

  it.runIf(hasProcfs)('knows boot, namespace and start where there is a procfs', () => {
    expect(self.bootId).toMatch(/^[0-9a-f-]{36}$/);
    expect(self.pidNamespace).toMatch(/^pid:\[\d+\]$/);
    expect(self.processStart).toBe(startOf(process.pid));
  });

  it('survives being stored', () => {
    expect(JSON.parse(JSON.stringify(self))).toEqual(self);
  });
});

describe('isProvablyDead', () => {
  it('is false of the process itself', () => {
    expect(isProvablyDead(self, self)).toBe(false);
  });

  it('is false of a process that lives, and true once it was killed', async () => {
    const { child, identity } = await start();
    expect(isProvablyDead(identity, self)).toBe(false);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(isProvablyDead(identity, self)).toBe(true);
  });

  it.runIf(hasProcfs)('is true of a zombie, which nobody has waited for yet', async () => {
    // The shell becomes `sleep`, which never waits for the child that the shell had started.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(parent);
    const [text] = await once(parent.stdout, 'data');
    const pid = Number(String(text));
    const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8');
    await waitFor('the child is a zombie', () => / Z /.test(stat()));
    const identity = { ...self, pid, processStart: startOf(pid) };
    expect(identity.processStart).not.toBeNull();
    expect(isProvablyDead(identity, self)).toBe(true);
  });

  it.runIf(hasProcfs)('is true where the pid belongs to a process that started at another time', async () => {
    const { identity } = await start();
    expect(isProvablyDead({ ...identity, processStart: '1' }, self)).toBe(true);
  });

  it('is true where the observer itself has got the dead one’s pid', () => {
    const observer = { ...self, processStart: '200' };
    expect(isProvablyDead({ ...self, processStart: '100' }, observer)).toBe(true);
    expect(isProvablyDead({ ...self, processStart: null }, observer)).toBe(false);
  });

  it.each([
    ['another host', { host: 'elsewhere' }],
    ['another boot', { bootId: 'another boot' }],
    ['another pid namespace', { pidNamespace: 'pid:[1]' }],
  ])('is false of a process of %s, about which nothing is known here', async (_, elsewhere) => {
    const { child, identity } = await start();
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(isProvablyDead({ ...identity, ...elsewhere }, self)).toBe(false);
    expect(isProvablyDead({ ...identity, processStart: '1', ...elsewhere }, self)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('is false where neither side knows its boot or its namespace', () => {
    const blind = { ...self, bootId: null, pidNamespace: null };
    expect(isProvablyDead({ ...blind, pid: 2 ** 30 }, blind)).toBe(false);
    expect(isProvablyDead({ ...blind, processStart: '1' }, blind)).toBe(false);
  });

  it('is false of a living process whose start is not known', async () => {
    const { identity } = await start();
    expect(isProvablyDead({ ...identity, processStart: null }, self)).toBe(false);
  });

  it('is false of a process of somebody else, which may not be signalled', () => {
    expect(isProvablyDead({ ...self, pid: 1, processStart: startOf(1) }, self)).toBe(false);
  });
});
