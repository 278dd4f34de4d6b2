import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const DEADLINE_MS = 20_000;

/** Waits until `look` finds something (neither `null` nor `false`); fails after 20 s. */
export async function eventually<T>(what: string, look: () => T | null | false): Promise<T> {
  const giveUpAt = performance.now() + DEADLINE_MS;
  while (performance.now() < giveUpAt) {
    const found = look();
    if (found !== null && found !== false) return found;
    await delay(10);
  }
  throw new Error(`waited ${DEADLINE_MS} ms in vain: ${what}`);
}

/** The process id a process wrote to a file, once the line is complete. */
export async function pidIn(file: string): Promise<number> {
  const text = await eventually(`a process id in ${file}`, () => {
    const written = textIn(file);
    return written.endsWith('\n') && written;
  });
  return Number(text);
}

/** Whether a process runs; one that ended and was not yet waited for does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !/^\d+ \(.*\) [ZX] /s.test(textIn(`/proc/${pid}/stat`));
}

function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
