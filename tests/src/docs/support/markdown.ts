import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository.js';

/** A fenced block of a document. */
export interface Block {
  /** Relative to the repository. */
  readonly file: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  /** The first word after the fence; empty when there is none. */
  readonly language: string;
  /** The words after the language: `run`, `output`, `file=NAME`. */
  readonly marks: ReadonlySet<string>;
  /** Why nothing checks the block: ```` ```sh unchecked="it needs your server" ````. */
  readonly unchecked: string | null;
  /** The content, without the indentation of the fence. */
  readonly text: string;
}

const opening = /^(?<indent>[ \t]*)(?<fence>`{3,}|~{3,})(?<info>[^`]*)$/;

/** All fenced blocks of a document, in order. Throws for one that nothing closes. */
export function readBlocks(file: string): readonly Block[] {
  const lines = readFileSync(join(repositoryRoot, file), 'utf8').split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const { indent = '', fence, info = '' } = opening.exec(lines[at] ?? '')?.groups ?? {};
    if (fence === undefined) continue;
    const end = lines.findIndex((line, index) => index > at && line.trim() === fence);
    if (end === -1) throw new Error(`${file}:${at + 1}: nothing closes this block.`);
    const text = lines.slice(at + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    blocks.push({ file, line: at + 1, text: `${text.join('\n')}\n`, ...readInfo(info) });
    at = end;
  }
  return blocks;
}

/** The document without its fenced blocks, line for line. */
export function readProse(file: string): readonly string[] {
  const lines = readFileSync(join(repositoryRoot, file), 'utf8').split('\n');
  for (const { line, text } of readBlocks(file)) lines.fill('', line - 1, line + text.split('\n').length);
  return lines;
}

function readInfo(info: string): Pick<Block, 'language' | 'marks' | 'unchecked'> {
  const unchecked = /unchecked="([^"]+)"/.exec(info)?.[1] ?? null;
  const [language = '', ...marks] = info
    .replace(/unchecked="[^"]*"/, '')
    .trim()
    .split(/\s+/);
  return { language, marks: new Set(marks), unchecked };
}

/** What a mark of a block is set to: `state.db` for `on` of ```` ```sql on=state.db ````; null where there is none. */
export function markOf({ marks }: Block, name: string): string | null {
  const mark = [...marks].find((word) => word.startsWith(`${name}=`));
  return mark === undefined ? null : mark.slice(name.length + 1);
}

/** `README.md:12`, for messages and names. */
export function placeOf({ file, line }: Block): string {
  return `${file}:${line}`;
}
