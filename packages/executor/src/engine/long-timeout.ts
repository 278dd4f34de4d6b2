/** The longest wait a timer takes; a longer one would fire at once (https://nodejs.org/api/timers.html). */
const maxTimerMs = 2 ** 31 - 1;

/** A timer that also waits longer than 24.8 days; returns how to cancel it. */
export function longTimeout(action: () => void, delayMs: number): () => void {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    timer = leftMs > maxTimerMs ? setTimeout(() => wait(leftMs - maxTimerMs), maxTimerMs) : setTimeout(action, leftMs);
  };
  wait(delayMs);
  return () => clearTimeout(timer);
}
