import type { WorkflowStore } from '@sisyphus-state/store';
import { lookAround, type Place, type Surroundings } from './look-around.js';

/** How often to look, at most: a screen needs no more, and a database has better to do. */
const lookEveryMs = 1000;

/** Keeps an eye on what is due and what waits, until it is stopped. */
export function watchSurroundings(
  store: WorkflowStore,
  place: Place,
): { readonly latest: () => Surroundings | null; readonly stop: () => void } {
  let latest: Surroundings | null = null;
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      latest = await lookAround(store, place);
    } catch {
      // The worker itself tells of a database that can't be read; the screen keeps what it knew.
    } finally {
      isLooking = false;
    }
  };
  void look();
  const timer = setInterval(() => void look(), lookEveryMs).unref();
  return { latest: () => latest, stop: () => clearInterval(timer) };
}
