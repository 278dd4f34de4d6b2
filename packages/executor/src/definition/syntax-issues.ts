import type { YAMLParseError } from 'yaml';
import type { DefinitionIssueCode, Position } from './definition-issue.js';
import { positionAt, type YamlTree } from './yaml-tree.js';

const MAX_ISSUES = 20;

/** What keeps a text from being read, and where. */
export interface SyntaxFinding {
  readonly code: DefinitionIssueCode;
  readonly message: string;
  readonly remedy: string | null;
  readonly position: Position;
}

/** Says why a parsed text is no single YAML 1.2 document; nothing when it is one. */
export function findSyntaxIssues(tree: YamlTree): readonly SyntaxFinding[] {
  const { errors, directives, contents } = tree.document;
  const exhausted = errors.find((error) => error.code === 'RESOURCE_EXHAUSTION');
  if (exhausted !== undefined) return [{ ...TOO_DEEP, position: positionAt(tree, exhausted.pos[0]) }];
  if (errors.length > 0) return firstOfEachLine(tree, errors);
  const position = positionAt(tree, 0);
  if (directives.yaml.version !== '1.2') return [{ ...OTHER_VERSION, position }];
  return contents === null ? [{ ...EMPTY, position }] : [];
}

/** Values are nested deeper than the parser can go. */
export const TOO_DEEP = {
  code: 'TOO_DEEP',
  message: 'values are nested too deep',
  remedy: 'Keep deep data in a file that a step reads.',
} as const;

const OTHER_VERSION = {
  code: 'SYNTAX',
  message: 'the text asks for YAML 1.1',
  remedy: 'Take the %YAML line out: workflows are YAML 1.2.',
} as const;

const EMPTY = {
  code: 'SYNTAX',
  message: 'the text holds no workflow',
  remedy: 'Start with `name:` and `steps:`.',
} as const;

/** One slip mostly makes several errors on its line; the first of them is the one to mend. */
function firstOfEachLine(tree: YamlTree, errors: readonly YAMLParseError[]): readonly SyntaxFinding[] {
  const findings = new Map<number, SyntaxFinding>();
  for (const error of errors) {
    const position = positionAt(tree, error.pos[0]);
    if (!findings.has(position.line)) findings.set(position.line, explain(tree, error, position));
    if (findings.size === MAX_ISSUES) break;
  }
  return [...findings.values()];
}

function explain(tree: YamlTree, error: YAMLParseError, position: Position): SyntaxFinding {
  if (error.code === 'MULTIPLE_DOCS') {
    const message = 'there is more than one document in the text';
    return { code: 'SYNTAX', message, remedy: 'Keep one workflow in a file.', position };
  }
  const message = error.message.slice(0, 1).toLowerCase() + error.message.slice(1);
  return { code: 'SYNTAX', message, remedy: remedyFor(lineAt(tree.text, error.pos[0])), position };
}

/** An expression holds characters that mean something in YAML: `{`, `:`, `"`, `#`. */
function remedyFor(line: string): string | null {
  const isUnquoted = /(^|[^"'$])\$\{\{/.test(line);
  return isUnquoted ? `Put a text with an expression in quotes: '\${{ … }}'.` : null;
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end === -1 ? text.length : end).slice(0, 1_000);
}
