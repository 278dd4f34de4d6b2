import { onStopSignals, type SignalSource } from '../terminal/stop-signals.js';

/** What stopping needs. */
export interface StopOptions {
  /** Finishes what is in hand; settles when nothing is left in hand. */
  readonly stop: () => Promise<void>;
  readonly remark: (text: string) => void;
  /** Ends the process, now. */
  readonly endNow: (signal: NodeJS.Signals) => void;
  readonly signals?: SignalSource;
}

/** A request to stop that may come at any time, also before there is anything to stop. */
export interface StopRequest {
  /** The signal it came by; null while there is none. */
  readonly signal: () => NodeJS.Signals | null;
  /** Settles when a stop that was asked for is through, after all that it ended has settled. */
  readonly done: Promise<void>;
  /** Says that there is something to stop from now on. */
  begin(): void;
  /** Listens no more. */
  forget(): void;
}

/** Listens for the signals that stop a process: the first finishes what is in hand, a second ends it at once. */
export function listenForStop({ stop, remark, endNow, signals }: StopOptions): StopRequest {
  let signal: NodeJS.Signals | null = null;
  let hasBegun = false;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const run = async (): Promise<void> => {
    await stop();
    // Whoever waits for what was stopped comes first.
    setImmediate(finish);
  };
  const forget = onStopSignals(
    {
      first: (received) => {
        signal = received;
        remark('Stopping once the steps in hand are done. Again to stop at once.');
        if (hasBegun) void run();
      },
      second: endNow,
    },
    signals,
  );
  return {
    signal: () => signal,
    done,
    begin: () => {
      hasBegun = true;
      if (signal !== null) void run();
    },
    forget,
  };
}
