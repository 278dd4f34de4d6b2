import pc from 'picocolors';

/** A stream that text is written to, as far as the commands know it: `process.stdout`, or a test's own. */
export interface Output {
  write: (text: string) => boolean;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** What a terminal is made from; `process` has all of it. */
export interface TerminalSource {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Where a command's words go, and what the place they go to can show. */
export interface Terminal extends TerminalSource {
  /** Writes a line to stdout. */
  readonly print: (line: string) => void;
  /** Writes a line to stderr: what is no result (errors, hints) goes here. */
  readonly note: (line: string) => void;
  /** Writes to stdout and stderr themselves, also while what others write there is diverted. */
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly now: () => number;
  /** Whether stdout shows moving text: a terminal that can, and no build log. */
  readonly isLive: boolean;
  /** Cells in a line of stdout; Infinity when nobody looks at lines. */
  readonly columns: number;
  readonly rows: number;
  readonly symbols: Symbols;
  /** Colours for stdout; they do nothing where there are none. */
  readonly paint: Colors;
  /** Colours for stderr. */
  readonly paintNote: Colors;
}

/** Functions that colour a text, or leave it as it is. */
export type Colors = ReturnType<typeof pc.createColors>;

/** The marks before lines. */
export type Symbols = 'unicode' | 'ascii';

const fallbackColumns = 80;
const fallbackRows = 24;

/** Says what the streams can show; sizes are read when asked for, because windows change. */
export function createTerminal(source: TerminalSource, now: () => number = Date.now): Terminal {
  const { stdout, stderr, env, cwd } = source;
  const isSmart = stdout.isTTY === true && env.TERM !== 'dumb';
  const [writeOut, writeError] = [writerOf(stdout), writerOf(stderr)];
  return {
    ...{ stdout, stderr, env, cwd, now, writeOut, writeError },
    print: (line) => writeOut(`${line}\n`),
    note: (line) => writeError(`${line}\n`),
    isLive: isSmart && !isSet(env.CI),
    get columns() {
      return stdout.isTTY === true ? stdout.columns || fallbackColumns : Number.POSITIVE_INFINITY;
    },
    get rows() {
      return stdout.rows || fallbackRows;
    },
    // The Linux console's font has no braille and few marks.
    symbols: env.TERM === 'linux' ? 'ascii' : 'unicode',
    paint: pc.createColors(hasColors(stdout, env)),
    paintNote: pc.createColors(hasColors(stderr, env)),
  };
}

/** The stream's own `write`, whatever `divertOutput` puts in its place later. */
function writerOf(stream: Output): (text: string) => void {
  const write = stream.write.bind(stream);
  return (text) => void write(text);
}

/** `NO_COLOR` (https://no-color.org) wins over `FORCE_COLOR`, which wins over what the stream is. */
function hasColors(stream: Output, env: TerminalSource['env']): boolean {
  if (isSet(env.NO_COLOR)) return false;
  if (isSet(env.FORCE_COLOR)) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
