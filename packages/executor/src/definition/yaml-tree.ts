import { type Document, isMap, isPair, isScalar, isSeq, type LineCounter, type ParsedNode } from 'yaml';
import type { IssuePath, Position } from './definition-issue.js';

/** A parsed text in which paths can be found again. */
export interface YamlTree {
  readonly text: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

/** Where a key (`atKey`) or its value stands; for a path that is not there, the nearest one above it that is. */
export function findPosition(tree: YamlTree, path: IssuePath, atKey: boolean): Position {
  let node: ParsedNode | null = tree.document.contents;
  let key: ParsedNode | null = null;
  for (const part of path) {
    const next = childOf(node, part);
    if (next === null) break;
    key = next.key;
    node = next.value;
  }
  return positionAt(tree, (atKey ? (key ?? node) : (node ?? key))?.range[0] ?? 0);
}

/** Where a character of an expression stands, when the value at the path is a text that holds it as written. */
export function findWithin(
  tree: YamlTree,
  path: IssuePath,
  within: { readonly text: string; readonly offset: number },
): Position | null {
  let node: ParsedNode | null = tree.document.contents;
  for (const part of path) node = childOf(node, part)?.value ?? null;
  if (node === null || !isScalar(node)) return null;
  const [start, end] = node.range;
  const at = tree.text.slice(start, end).indexOf(within.text);
  return at === -1 ? null : positionAt(tree, start + at + within.offset);
}

/** Line and column of a character. */
export function positionAt(tree: Pick<YamlTree, 'lines'>, offset: number): Position {
  const { line, col } = tree.lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function childOf(
  node: ParsedNode | null,
  part: string | number,
): { key: ParsedNode | null; value: ParsedNode | null } | null {
  if (isSeq(node) && typeof part === 'number') {
    const item = node.items[part];
    return item === undefined || isPair(item) ? null : { key: null, value: item };
  }
  if (!isMap(node)) return null;
  for (let at = node.items.length - 1; at >= 0; at--) {
    const pair = node.items[at];
    if (pair !== undefined && isScalar(pair.key) && pair.key.value === part)
      return { key: pair.key, value: pair.value };
  }
  return null;
}
