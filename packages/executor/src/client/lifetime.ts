import { setMaxListeners } from 'node:events';

/** The time until an executor is told to stop; after that another one begins, for it may be used again. */
export class Lifetime {
  #controller = newController();

  /** Aborted when this lifetime ends. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(): void {
    const ended = this.#controller;
    this.#controller = newController();
    ended.abort();
  }
}

/** Every run that is waited for listens. */
function newController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
