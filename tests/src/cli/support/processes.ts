import { execFileSync } from 'node:child_process';

/** The processes that a process started. */
export function childrenOf(pid: number | undefined): readonly number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return [...table.matchAll(/(\d+) +(\d+)/g)]
    .filter(([, , parent]) => Number(parent) === pid)
    .map(([, child]) => Number(child));
}

/** Says whether a process is there. */
export function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
