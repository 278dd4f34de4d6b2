/** What stop signals come from; `process`, or a test's own. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/** What to do about a request to stop. */
export interface StopHandlers {
  /** Finish what is in hand. */
  readonly first: (signal: NodeJS.Signals) => void;
  /** End at once; called again for each later request. */
  readonly second: (signal: NodeJS.Signals) => void;
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One Ctrl-C reaches a process several times: from the terminal, and again from the script runners around it. */
const echoMs = 500;

/** Listens for requests to stop until the returned function is called. */
export function onStopSignals(
  { first, second }: StopHandlers,
  source: SignalSource = process,
  now: () => number = () => performance.now(),
): () => void {
  let lastAt: number | null = null;
  const listener = (signal: NodeJS.Signals): void => {
    const at = now();
    if (lastAt !== null && at - lastAt < echoMs) return;
    const tell = lastAt === null ? first : second;
    lastAt = at;
    tell(signal);
  };
  for (const signal of stopSignals) source.on(signal, listener);
  return () => {
    for (const signal of stopSignals) source.off(signal, listener);
  };
}
