import { LineCounter, parseDocument } from 'yaml';
import type { JsonValue } from '../expressions/json-value.js';
import type { DefinitionIssue, DefinitionIssueCode, Finding } from './definition-issue.js';
import { showPath } from './definition-issue.js';
import { findSyntaxIssues, TOO_DEEP } from './syntax-issues.js';
import { yamlToJson } from './yaml-to-json.js';
import { findPosition, findWithin, positionAt, type YamlTree } from './yaml-tree.js';

/** The most text a definition may have, unless an option says otherwise. */
export const MAX_DEFINITION_BYTES = 1_048_576;

/** What a text holds, or why it can't be read; `locate` gives findings their lines and columns. */
export interface DefinitionText {
  readonly value: JsonValue;
  readonly issues: readonly DefinitionIssue[];
  readonly locate: (finding: Finding) => Pick<DefinitionIssue, 'line' | 'column'>;
}

/** Reads a YAML 1.2 document, of which JSON is a part, into a JSON value. Never throws. */
export function readDefinitionText(text: string, maxBytes: number = MAX_DEFINITION_BYTES): DefinitionText {
  if (typeof text !== 'string') {
    return unreadable({
      code: 'SYNTAX',
      message: 'the definition is no text',
      remedy: 'Pass the text of a YAML or JSON file.',
    });
  }
  if (text.length > maxBytes || Buffer.byteLength(text) > maxBytes) {
    const message = `the definition is larger than ${maxBytes} bytes`;
    return unreadable({ code: 'TOO_LARGE', message, remedy: 'Keep data in files that steps read.' });
  }
  const lines = new LineCounter();
  try {
    return readDocument(text, lines);
  } catch (error) {
    // The parser recurses into nested values.
    if (error instanceof RangeError) return unreadable(TOO_DEEP);
    throw error;
  }
}

function readDocument(text: string, lines: LineCounter): DefinitionText {
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    lineCounter: lines,
    prettyErrors: false,
    // The library's own check of unique keys is quadratic: a map of 60,000 keys takes it most of a minute.
    uniqueKeys: false,
  });
  const tree: YamlTree = { text, document, lines };
  const syntax = findSyntaxIssues(tree).map(({ position, ...finding }) => toIssue(finding, position));
  const { value, findings } = syntax.length === 0 ? yamlToJson(document.contents) : { value: null, findings: [] };
  const issues = findings.map(({ offset, ...finding }) => toIssue(finding, positionAt(tree, offset)));
  return { value, issues: [...syntax, ...issues], locate: (finding) => locateIn(tree, finding) };
}

function locateIn(tree: YamlTree, finding: Finding): Pick<DefinitionIssue, 'line' | 'column'> {
  const inside = finding.within === undefined ? null : findWithin(tree, finding.path, finding.within);
  return inside ?? findPosition(tree, finding.path, finding.atKey ?? false);
}

function unreadable(finding: TextFinding): DefinitionText {
  const place = { line: null, column: null };
  return { value: null, issues: [toIssue(finding, place)], locate: () => place };
}

interface TextFinding {
  readonly code: DefinitionIssueCode;
  readonly message: string;
  readonly remedy: string | null;
}

function toIssue(finding: TextFinding, place: Pick<DefinitionIssue, 'line' | 'column'>): DefinitionIssue {
  return { ...finding, severity: 'error', path: showPath([]), stepId: null, line: place.line, column: place.column };
}
