import { payload, type Work } from '../workload.js';

/** How long the first and the last steps of a run took. */
export interface Windows {
  readonly firstSeconds: number;
  readonly lastSeconds: number;
}

/** A handler that notes when the first and the last `window` steps of a run began and ended. */
export class WindowWatch {
  readonly #window: number;
  readonly #entered: number[] = [];

  constructor(window: number) {
    this.#window = window;
  }

  readonly work: Work = () => {
    this.#entered.push(performance.now());
    return payload;
  };

  /** Watches one run of so many steps: a step lasts until the next is entered, the last one until the run has ended. */
  async watch(steps: number, run: () => Promise<void>): Promise<Windows> {
    this.#entered.length = 0;
    await run();
    const ended = performance.now();
    if (this.#entered.length !== steps) throw new Error(`${this.#entered.length} steps were entered, not ${steps}.`);
    const at = (index: number): number => this.#entered[index] ?? ended;
    return {
      firstSeconds: (at(this.#window) - at(0)) / 1000,
      lastSeconds: (ended - at(steps - this.#window)) / 1000,
    };
  }
}
