/** A signal that aborts with its parent or when its time is up, whichever comes first. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether it was the time. */
  isOver(): boolean;
  /** Ends the timer and lets go of the parent. */
  release(): void;
}

/** Starts a deadline. Not `AbortSignal.any`: on a parent that lives long it would leave something behind for every call. */
export function startDeadline(parent: AbortSignal, ms: number): Deadline {
  const controller = new AbortController();
  const follow = () => controller.abort(parent.reason);
  let over = false;
  const timer = setTimeout(() => {
    over = !controller.signal.aborted;
    controller.abort();
  }, ms);
  if (parent.aborted) follow();
  else parent.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    isOver: () => over,
    release: () => {
      clearTimeout(timer);
      parent.removeEventListener('abort', follow);
    },
  };
}
