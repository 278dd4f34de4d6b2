import { cut, oneLine } from './text.js';

/** The end of a run's id: ids of runs that were created together start alike, and every command finds a run by its end. */
export function shortId(runId: string): string {
  const [, last] = /^[0-9a-f-]{23}-([0-9a-f]{12})$/.exec(runId) ?? [];
  return last ?? cut(oneLine(runId), 12);
}
