import { joinPath } from '../expressions/join-path.js';

/** Every kind of issue a definition can have; tested against what the checks report. */
export const DEFINITION_ISSUE_CODES = [
  'SYNTAX',
  'TOO_LARGE',
  'TOO_DEEP',
  'ALIAS_LIMIT',
  'DUPLICATE_KEY',
  'KEY_NOT_TEXT',
  'MERGE_KEY',
  'TAG_NOT_ALLOWED',
  'NUMBER_NOT_EXACT',
  'NOT_JSON',
  'UNKNOWN_KEY',
  'MISSING_KEY',
  'WRONG_VALUE',
  'MISPLACED_KEY',
  'DUPLICATE_STEP',
  'UNKNOWN_STEP',
  'NEEDS_CYCLE',
  'NEEDS_TWICE',
  'STEP_NOT_NEEDED',
  'ID_NEEDS_BRACKETS',
  'HANDLER_NOT_FOUND',
  'EXPRESSION_INVALID',
  'EXPRESSION_IN_KEY',
  'UNKNOWN_VARIABLE',
  'UNKNOWN_FIELD',
  'INPUT_SCHEMA_INVALID',
  'NOT_SUPPORTED_YET',
] as const;
export type DefinitionIssueCode = (typeof DEFINITION_ISSUE_CODES)[number];

/** An `error` makes the definition invalid; a `warning` is most likely a mistake; a `note` is good to know. */
export type IssueSeverity = 'error' | 'warning' | 'note';

/** One thing to say about a definition: what, where, and what to do. */
export interface DefinitionIssue {
  readonly code: DefinitionIssueCode;
  readonly severity: IssueSeverity;
  /** `steps[2].retry.attempts`; empty for the whole definition. */
  readonly path: string;
  /** The step it is about, when that has a readable id. */
  readonly stepId: string | null;
  /** A sentence without its full stop. */
  readonly message: string;
  /** What to do, in sentences; null when the message says it. */
  readonly remedy: string | null;
  /** From 1; null when the definition was no text. */
  readonly line: number | null;
  readonly column: number | null;
}

/** Keys and indexes from the top of the definition down. */
export type IssuePath = readonly (string | number)[];

/** An issue before its place in the text is looked up. */
export interface Finding {
  readonly code: DefinitionIssueCode;
  readonly severity?: IssueSeverity;
  readonly path: IssuePath;
  readonly message: string;
  readonly remedy?: string | null;
  /** The issue is about the key, not about its value. */
  readonly atKey?: boolean;
  /** The issue is inside an expression: its source, and how far in. */
  readonly within?: { readonly text: string; readonly offset: number };
}

/** Where something stands in a text; lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** `steps[2].retry.attempts`. */
export function showPath(path: IssuePath): string {
  return path.reduce<string>((shown, part) => joinPath(shown, part), '');
}

/** An issue on one line: `flow.yaml:4:7 error UNKNOWN_KEY: unknown key `need`. Did you mean `needs`?` */
export function showIssue(issue: DefinitionIssue, source: string | null = null): string {
  const { line, column, path, severity, code, message, remedy } = issue;
  const place = line === null ? path || (source ?? 'definition') : `${source ?? 'definition'}:${line}:${column}`;
  return `${place} ${severity} ${code}: ${message}.${remedy === null ? '' : ` ${remedy}`}`;
}
