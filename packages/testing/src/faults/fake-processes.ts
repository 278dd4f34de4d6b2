import type { ProcessIdentity } from '@sisyphus-state/schema';

/** Processes that exist only in a test, and which of them have died. */
export interface FakeProcesses {
  /** The identity of the process with this name; the same name is the same process. */
  readonly identityOf: (name: string) => ProcessIdentity;
  /** Hand it to `openStore` as it is: true for the processes that `kill` was called on. */
  readonly isDead: (holder: ProcessIdentity) => boolean;
  /** From now on this process is provably dead. */
  readonly kill: (name: string) => void;
}

/** Makes a set of processes of which none has died yet. */
export function fakeProcesses(): FakeProcesses {
  const dead = new Set<string>();
  return {
    identityOf,
    isDead: (holder) => dead.has(holder.host),
    kill: (name) => void dead.add(hostOf(name)),
  };
}

/** The identity of a made-up process: no real one is ever mistaken for it, because no host has such a name. */
export function identityOf(name: string): ProcessIdentity {
  return { host: hostOf(name), bootId: 'boot-of-the-test', pidNamespace: 'pid:[0]', pid: 1, processStart: '0' };
}

function hostOf(name: string): string {
  return `${name}.process.invalid`;
}
