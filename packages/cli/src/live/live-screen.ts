import { createLogUpdate } from 'log-update';
import type { Terminal } from '../terminal/terminal.js';

/** What a picture is drawn for: `frame` grows by one a picture, `rows` is how many lines there is room for. */
export interface Frame {
  readonly frame: number;
  readonly rows: number;
  readonly isFinal: boolean;
}

/** Draws the picture of a run. */
export type Picture = (frame: Frame) => readonly string[];

/** Twelve pictures a second: smooth to the eye, and no run is too fast for it. */
const intervalMs = 83;
/** The line that the picture's own last line end opens, and the line above it that names the run. */
const linesKept = 2;
/** The last picture stays and may be longer than the screen, within reason. */
const mostFinalLines = 100;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/** A picture at the bottom of the terminal that is redrawn as time goes by; lines can be printed above it. */
export class LiveScreen {
  readonly #terminal: Terminal;
  readonly #picture: Picture;
  readonly #update: ReturnType<typeof createLogUpdate>;
  readonly #onExit = (): void => this.#terminal.writeOut(showCursor);
  #timer: NodeJS.Timeout | null = null;
  #frame = 0;
  #written = '';
  #isHolding = false;

  constructor(terminal: Terminal, picture: Picture) {
    this.#terminal = terminal;
    this.#picture = picture;
    this.#update = createLogUpdate(this.#createStream(), { showCursor: true });
  }

  /** Draws from now on; nothing appears before the first interval is over. */
  start(): void {
    this.#terminal.writeOut(hideCursor);
    // However the process ends, short of a SIGKILL, the shell gets its cursor back.
    process.once('exit', this.#onExit);
    this.#timer = setInterval(() => this.draw(), intervalMs).unref();
  }

  /** Draws the picture as it is now. */
  draw(): void {
    this.#frame += 1;
    const rows = Math.max(1, this.#terminal.rows - linesKept);
    this.#update(this.#picture({ frame: this.#frame, rows, isFinal: false }).join('\n'));
  }

  /** Prints a line that stays, above the picture. */
  print(line: string): void {
    this.#inOneWrite(() => {
      this.#update.clear();
      this.#written += `${line}\n`;
      if (this.#frame > 0) this.draw();
    });
  }

  /** Leaves the last picture where it is, whole, and draws no more. Safe to call twice. */
  finish(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#inOneWrite(() => {
      this.#update.clear();
      const lines = this.#picture({ frame: this.#frame, rows: mostFinalLines, isFinal: true });
      for (const line of lines) this.#written += `${line}\n`;
    });
    process.off('exit', this.#onExit);
    this.#onExit();
  }

  /** What is erased and drawn again must reach the terminal together, or it flickers. */
  #inOneWrite(change: () => void): void {
    this.#isHolding = true;
    try {
      change();
    } finally {
      this.#isHolding = false;
      this.#flush();
    }
  }

  #flush(): void {
    const text = this.#written;
    this.#written = '';
    if (text !== '') this.#terminal.writeOut(text);
  }

  /** As much of a stream as log-update looks at. */
  #createStream(): NodeJS.WriteStream {
    const terminal = this.#terminal;
    const stream = {
      isTTY: true,
      get columns() {
        return terminal.columns;
      },
      get rows() {
        return terminal.rows;
      },
      write: (text: string) => {
        this.#written += text;
        if (!this.#isHolding) this.#flush();
        return true;
      },
    };
    // It only writes, and asks for the size.
    return stream as unknown as NodeJS.WriteStream;
  }
}
