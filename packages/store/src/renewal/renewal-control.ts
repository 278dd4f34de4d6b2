/** The connection's state: there is none, the thread has one (or is about to), or it may not open one any more. */
const noConnection = 0;
const connected = 1;
const ended = 2;

/** What both threads must see at once, whatever they are busy with: the event loop's last sign of life, and the end. */
export class RenewalControl {
  readonly buffer: SharedArrayBuffer;
  readonly #state: Int32Array;
  readonly #aliveUntil: Float64Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(16)) {
    this.buffer = buffer;
    this.#state = new Int32Array(buffer, 0, 1);
    this.#aliveUntil = new Float64Array(buffer, 8, 1);
  }

  /** Until when the event loop counts as alive, by its own clock; without a first sign of life it does not. */
  get aliveUntil(): number {
    return this.#aliveUntil[0] ?? 0;
  }

  set aliveUntil(instant: number) {
    this.#aliveUntil[0] = instant;
  }

  /** The thread asks whether it may connect; false: the end came first. */
  mayConnect(): boolean {
    return Atomics.compareExchange(this.#state, 0, noConnection, connected) !== ended;
  }

  /** From now on the thread opens no connection; true: it has one, which it must close. */
  end(): boolean {
    return Atomics.exchange(this.#state, 0, ended) === connected;
  }
}
