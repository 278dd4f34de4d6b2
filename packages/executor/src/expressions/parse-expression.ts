import { type ASTNode, ParseError, TypeError as TypeFault } from '@marcbachmann/cel-js';
import { nodesOf } from './cel-ast.js';
import { celEnvironment, EXPRESSION_SIZE } from './cel-environment.js';
import { type ExpressionFault, type Inspection, inspectExpression } from './inspect-expression.js';
import { meterExpression } from './meter-expression.js';

/** An expression ready to run over variables. */
export interface ParsedExpression extends Inspection {
  readonly text: string;
  /** The work that is spent whatever the expression meets. */
  readonly nodes: number;
  /** It only follows a path into the variables, so what it gives is JSON already and cost nothing to make. */
  readonly isPath: boolean;
  /** Gives CEL's own result (ints are bigints), inside `withWork`. */
  readonly run: (variables: object) => unknown;
}

/** A parsed expression, or all that is wrong with it. */
export type ParseOutcome =
  | { readonly ok: true; readonly expression: ParsedExpression }
  | { readonly ok: false; readonly faults: readonly ExpressionFault[] };

// One text stands in many steps, and is parsed when it is checked and again when it runs.
const MAX_KEPT_CHARACTERS = 200_000;
const kept = new Map<string, ParseOutcome>();
let keptCharacters = 0;

/** Parses, checks and meters an expression. */
export function parseExpression(text: string): ParseOutcome {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const outcome = parseAnew(text);
  keptCharacters += text.length;
  if (keptCharacters > MAX_KEPT_CHARACTERS) {
    kept.clear();
    keptCharacters = text.length;
  }
  kept.set(text, outcome);
  return outcome;
}

function parseAnew(text: string): ParseOutcome {
  if (text.trim() === '') return fault(`there is no expression between \${{ and }}`, 0);
  if (text.length > EXPRESSION_SIZE.characters) {
    return fault(`an expression holds at most ${EXPRESSION_SIZE.characters} characters, this one ${text.length}`, 0);
  }
  try {
    return checkParsed(text);
  } catch (error) {
    if (error instanceof ParseError || error instanceof TypeFault) {
      return fault(READABLE[error.summary] ?? error.summary, error.range?.start ?? 0);
    }
    // The parser recurses: `!!!!…` runs it out of stack before it counts any depth.
    if (error instanceof RangeError) return fault('the expression is nested too deep', 0);
    throw error;
  }
}

/** The library's messages that speak of its own tokens. */
const READABLE: Readonly<Record<string, string>> = {
  'Unexpected token: EOF': 'the expression ends where a value should come',
  'Expected IDENTIFIER, got NUMBER': 'a name after a dot starts with a letter',
};

function checkParsed(text: string): ParseOutcome {
  const parsed = celEnvironment().parse(text);
  const { nodes, depth } = sizeOf(parsed.ast);
  if (depth > EXPRESSION_SIZE.depth)
    return fault(`the expression is nested deeper than ${EXPRESSION_SIZE.depth} levels`, 0);
  const inspection = inspectExpression(parsed.ast);
  if (inspection.faults.length > 0) return { ok: false, faults: inspection.faults };
  const checked = parsed.check();
  if (checked.error !== undefined) throw checked.error;
  meterExpression(parsed.ast);
  const run = (variables: object): unknown => parsed(variables);
  return { ok: true, expression: { ...inspection, text, nodes, isPath: isPath(parsed.ast), run } };
}

function sizeOf(root: ASTNode): { readonly nodes: number; readonly depth: number } {
  let [nodes, deepest] = [0, 0];
  for (const { depth } of nodesOf(root)) {
    nodes++;
    deepest = Math.max(deepest, depth);
  }
  return { nodes, depth: deepest };
}

/** `steps.a.output.lines[0]['x']`, nothing computed. */
function isPath(root: ASTNode): boolean {
  let node = root;
  while (node.op === '.' || (node.op === '[]' && node.args[1].op === 'value')) node = node.args[0];
  return node.op === 'id';
}

function fault(message: string, offset: number): ParseOutcome {
  return { ok: false, faults: [{ message, offset, unknownFunction: null }] };
}
