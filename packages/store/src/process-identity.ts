import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessIdentity } from '@sisyphus-state/schema';

/** Says who this process is, as far as the system can tell. */
export function readProcessIdentity(): ProcessIdentity {
  return {
    host: hostname(),
    bootId: readText('/proc/sys/kernel/random/boot_id'),
    pidNamespace: readPidNamespace(),
    pid: process.pid,
    processStart: readProcessStat(process.pid)?.start ?? null,
  };
}

/**
 * Says whether a lease's holder is provably dead; `false` means "not provable", never "alive".
 *
 * Proof needs the same host, the same boot of its kernel and the same pid namespace as the observer: then the pid is
 * gone, a zombie, or another process that got the same number (it started at another time).
 */
export function isProvablyDead(holder: ProcessIdentity, observer: ProcessIdentity): boolean {
  if (!isComparable(holder, observer)) return false;
  if (holder.pid === observer.pid) return startedAtAnotherTime(holder, observer);
  if (!pidExists(holder.pid)) return true;
  const stat = readProcessStat(holder.pid);
  if (stat === null || holder.processStart === null) return false;
  return stat.start !== holder.processStart || stat.state === 'Z' || stat.state === 'X';
}

function isComparable(holder: ProcessIdentity, observer: ProcessIdentity): boolean {
  // Linux without procfs: two containers may share a host's name and know no more of themselves. Elsewhere a host has
  // one pid namespace, and a process of an earlier boot is dead too.
  const known = process.platform !== 'linux' || (holder.bootId !== null && holder.pidNamespace !== null);
  return (
    known &&
    holder.host === observer.host &&
    holder.bootId === observer.bootId &&
    holder.pidNamespace === observer.pidNamespace
  );
}

/** The holder had the pid that the observer has now: told apart by when they started. */
function startedAtAnotherTime(holder: ProcessIdentity, observer: ProcessIdentity): boolean {
  return (
    holder.processStart !== null && observer.processStart !== null && holder.processStart !== observer.processStart
  );
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and is somebody else's. Only ESRCH says that there is none.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** State and start time from `/proc/<pid>/stat` (proc(5), fields 3 and 22); null where there is no such file. */
function readProcessStat(pid: number): { readonly state: string; readonly start: string } | null {
  const text = readText(`/proc/${pid}/stat`);
  // The command in parentheses may itself hold spaces and parentheses: the fields count from the last one.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields?.[0], fields?.[19]];
  return state === undefined || start === undefined ? null : { state, start };
}

function readPidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    // No procfs: see isComparable.
    return null;
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    // As above: absent facts only make the proof impossible.
    return null;
  }
}
