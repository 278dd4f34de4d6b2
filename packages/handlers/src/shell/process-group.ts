import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/** Sends a signal (0: only asks) to every process of a group; `false` when the group has none left. */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal);
  } catch (error) {
    // Anything else, EPERM above all, means that there is somebody.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Asks a process group to end (SIGTERM), and ends it by force (SIGKILL) if it is not gone after `graceMs`. */
export async function stopGroup(groupId: number, graceMs: number): Promise<void> {
  if (!signalGroup(groupId, 'SIGTERM')) return;
  const forceAt = performance.now() + graceMs;
  while (performance.now() < forceAt) {
    await delay(POLL_MS);
    if (!signalGroup(groupId, 0)) return;
  }
  signalGroup(groupId, 'SIGKILL');
}
