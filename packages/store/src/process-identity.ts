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
  const comparable =
    holder.host === observer.host &&
    holder.bootId === observer.bootId &&
    holder.pidNamespace === observer.pidNamespace &&
    holder.pid !== observer.pid;
  if (!comparable) return isReusedOwnPid(holder, observer);
  if (!pidExists(holder.pid)) return true;
  const stat = readProcessStat(holder.pid);
  if (stat === null || holder.processStart === null) return false;
  return stat.start !== holder.processStart || stat.state === 'Z' || stat.state === 'X';
}

/** The dead holder had the pid that the observer has now: told apart by when they started. */
function isReusedOwnPid(holder: ProcessIdentity, observer: ProcessIdentity): boolean {
  return (
    holder.host === observer.host &&
    holder.bootId !== null &&
    holder.bootId === observer.bootId &&
    holder.pidNamespace === observer.pidNamespace &&
    holder.pid === observer.pid &&
    holder.processStart !== null &&
    observer.processStart !== null &&
    holder.processStart !== observer.processStart
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
    // No procfs on this system: nothing can be proved, leases then end by time.
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
