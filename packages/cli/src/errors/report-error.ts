import { inspect } from 'node:util';
import { stripControls } from '../format/text.js';
import type { Terminal } from '../terminal/terminal.js';

/** An error as `--json` prints it: on stdout, the only document there. */
export interface ErrorDocument {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>> | null;
  };
}

/** The stable code of an error; `UNEXPECTED` for one that has none. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return 'UNEXPECTED';
  return error.code;
}

/** The error as a document for programs. */
export function toErrorDocument(error: unknown): ErrorDocument {
  const details = error instanceof Error && 'details' in error && isRecord(error.details) ? error.details : null;
  return { error: { code: codeOf(error), message: messageOf(error), details } };
}

/** Tells of an error: for a person on stderr, for a program (`json`) as a document on stdout. */
export function reportError(error: unknown, terminal: Terminal, json: boolean): void {
  const code = codeOf(error);
  if (json) terminal.print(JSON.stringify(toErrorDocument(error)));
  else terminal.note(`${terminal.paintNote.red(`error ${code}:`)} ${stripControls(messageOf(error))}`);
  if (isDebugging(terminal)) terminal.note(inspect(error));
  else if (code === 'UNEXPECTED' && !json) terminal.note('Set SISYPHUS_DEBUG=1 to see where it happened.');
}

function isDebugging({ env }: Terminal): boolean {
  return env.SISYPHUS_DEBUG !== undefined && env.SISYPHUS_DEBUG !== '' && env.SISYPHUS_DEBUG !== '0';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
