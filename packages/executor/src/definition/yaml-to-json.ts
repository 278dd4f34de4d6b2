import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import { frozenObject, type JsonValue } from '../expressions/json-value.js';
import type { DefinitionIssueCode } from './definition-issue.js';

/** The deepest nesting a definition may have. */
export const MAX_DEFINITION_DEPTH = 100;
/** How many values aliases may add to a definition in all. */
export const MAX_ALIASED_VALUES = 100_000;

/** Something in a YAML text that JSON has no form for, or that is refused as dangerous. */
export interface YamlFinding {
  readonly code: DefinitionIssueCode;
  readonly message: string;
  readonly remedy: string;
  /** Characters from the start of the text. */
  readonly offset: number;
}

/** What a node became, and how many values that is. */
interface Converted {
  readonly value: JsonValue;
  readonly size: number;
}

interface Conversion {
  readonly findings: YamlFinding[];
  /** What each anchor stands for; null while its own node is being converted. */
  readonly anchors: Map<string, Converted | null>;
  aliased: number;
}

/**
 * Converts YAML nodes to frozen JSON values and reports all that JSON can't hold; a value that is reported is null.
 *
 * An alias gives the very value of its anchor, so a bomb of aliases costs nothing to convert; it is refused by the size it
 * would have when written out.
 */
export function yamlToJson(root: ParsedNode | null): {
  readonly value: JsonValue;
  readonly findings: readonly YamlFinding[];
} {
  const conversion: Conversion = { findings: [], anchors: new Map(), aliased: 0 };
  const { value } = convert(root, 1, conversion);
  return { value, findings: conversion.findings };
}

const NULL: Converted = { value: null, size: 1 };

function convert(node: ParsedNode | null, depth: number, conversion: Conversion): Converted {
  if (node === null) return NULL;
  if (isAlias(node)) return convertAlias(node.source, node.range[0], conversion);
  if (node.anchor !== undefined) conversion.anchors.set(node.anchor, null);
  const converted = convertNode(node, depth, conversion);
  if (node.anchor !== undefined) conversion.anchors.set(node.anchor, converted);
  return converted;
}

function convertNode(node: ParsedNode, depth: number, conversion: Conversion): Converted {
  const offset = node.range[0];
  if (depth > MAX_DEFINITION_DEPTH) {
    const message = `values are nested deeper than ${MAX_DEFINITION_DEPTH} levels`;
    return refuse(conversion, {
      code: 'TOO_DEEP',
      message,
      remedy: 'Keep deep data in a file that a step reads.',
      offset,
    });
  }
  if (node.tag !== undefined && !CORE_TAGS.has(node.tag)) {
    const tag = node.tag.replace('tag:yaml.org,2002:', '!!');
    const message = `the tag ${tag} has no meaning in a workflow`;
    return refuse(conversion, {
      code: 'TAG_NOT_ALLOWED',
      message,
      remedy: tag.startsWith('!!') ? 'Write plain values.' : 'Put a text that starts with ! in quotes.',
      offset,
    });
  }
  if (isScalar(node)) return convertScalar(node, offset, conversion);
  if (isMap(node)) return convertMap(node, depth, conversion);
  if (!isSeq(node)) return NULL;
  const items = node.items.map((item) => convert(item, depth + 1, conversion));
  return { value: Object.freeze(items.map((item) => item.value)), size: totalSize(items) };
}

const CORE_TAGS = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

function convertScalar(scalar: Scalar, offset: number, conversion: Conversion): Converted {
  const { value } = scalar;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return { value, size: 1 };
  const written = scalar.source ?? String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    const message = `${written} is a number JSON has no form for`;
    return refuse(conversion, {
      code: 'NUMBER_NOT_EXACT',
      message,
      remedy: 'Write it in quotes to make it a text.',
      offset,
    });
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(written)) {
    const message = `${written} has more digits than a JSON number keeps`;
    return refuse(conversion, {
      code: 'NUMBER_NOT_EXACT',
      message,
      remedy: 'Write it in quotes to make it a text.',
      offset,
    });
  }
  return { value, size: 1 };
}

function convertMap(map: YAMLMap.Parsed, depth: number, conversion: Conversion): Converted {
  const entries: (readonly [string, JsonValue])[] = [];
  const seen = new Set<string>();
  const converted: Converted[] = [];
  for (const pair of map.items) {
    const key = convertKey(pair.key, conversion);
    const item = convert(pair.value, depth + 1, conversion);
    converted.push(item);
    if (key === null) continue;
    if (seen.has(key)) {
      const offset = pair.key.range[0];
      const message = `the key \`${key}\` is there twice`;
      refuse(conversion, { code: 'DUPLICATE_KEY', message, remedy: 'Keep one of the two.', offset });
    }
    seen.add(key);
    entries.push([key, item.value]);
  }
  return { value: frozenObject(entries), size: totalSize(converted) };
}

/** The key as text, or null after reporting why it can't be one. */
function convertKey(node: ParsedNode, conversion: Conversion): string | null {
  const offset = node.range[0];
  if (node.anchor !== undefined) conversion.anchors.set(node.anchor, NULL);
  if (!isScalar(node) || typeof node.value !== 'string' || (node.tag !== undefined && !CORE_TAGS.has(node.tag))) {
    const message = isScalar(node)
      ? `the key ${node.source ?? String(node.value)} is no text`
      : 'a key is a list, a map or an alias';
    refuse(conversion, { code: 'KEY_NOT_TEXT', message, remedy: 'Write the key in quotes.', offset });
    return null;
  }
  if (node.value === '<<' && node.type === 'PLAIN') {
    const message = 'merge keys (`<<`) are not part of YAML 1.2';
    refuse(conversion, { code: 'MERGE_KEY', message, remedy: 'Write the keys out where they are needed.', offset });
    return null;
  }
  return node.value;
}

function convertAlias(name: string, offset: number, conversion: Conversion): Converted {
  const target = conversion.anchors.get(name);
  if (target === undefined || target === null) {
    const message =
      target === null
        ? `the alias *${name} stands inside what it names`
        : `there is no anchor &${name} before the alias *${name}`;
    return refuse(conversion, { code: 'SYNTAX', message, remedy: 'Write the value out.', offset });
  }
  const wasWithin = conversion.aliased <= MAX_ALIASED_VALUES;
  conversion.aliased += target.size;
  if (conversion.aliased <= MAX_ALIASED_VALUES) return target;
  // Said once: every alias from here on is over the limit.
  if (!wasWithin) return NULL;
  const message = `aliases stand for more than ${MAX_ALIASED_VALUES} values`;
  return refuse(conversion, {
    code: 'ALIAS_LIMIT',
    message,
    remedy: 'Write the values out, or pass them as input.',
    offset,
  });
}

function totalSize(parts: readonly Converted[]): number {
  return parts.reduce((size, part) => size + part.size, 1);
}

function refuse(conversion: Conversion, finding: YamlFinding): Converted {
  conversion.findings.push(finding);
  return NULL;
}
