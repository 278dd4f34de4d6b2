import type { ASTNode } from '@marcbachmann/cel-js';
import { bindingOf, operandsOf } from './cel-ast.js';
import { CALLABLE } from './cel-environment.js';
import { compilePattern } from './linear-pattern.js';

/** A place in an expression: a name it uses, and where. */
export interface Mention {
  readonly name: string;
  /** Characters from the start of the expression. */
  readonly offset: number;
}

/** `steps.<id>` or `steps['<id>']`, and the field read from it, if one is. */
export interface StepMention extends Mention {
  readonly field: Mention | null;
}

/** What is wrong with an expression, whatever values it meets. */
export interface ExpressionFault {
  readonly message: string;
  readonly offset: number;
  /** A function that is not there; the caller knows how to suggest another. */
  readonly unknownFunction: string | null;
}

/** What an expression refers to, read off its syntax. */
export interface Inspection {
  /** The variables it takes from its surroundings; those of its own loops are left out. */
  readonly variables: readonly Mention[];
  readonly steps: readonly StepMention[];
  readonly runFields: readonly Mention[];
  readonly faults: readonly ExpressionFault[];
}

interface Findings {
  readonly variables: Mention[];
  readonly steps: StepMention[];
  readonly runFields: Mention[];
  readonly faults: ExpressionFault[];
}

/** Reads what an expression refers to; `steps[…]` with a computed id is a variable only. */
export function inspectExpression(root: ASTNode): Inspection {
  const findings: Findings = { variables: [], steps: [], runFields: [], faults: [] };
  visit(root, new Set(), null, findings);
  return findings;
}

/** `parent` is the node that reads a field of this one, if one does. */
function visit(node: ASTNode, bound: ReadonlySet<string>, parent: ASTNode | null, findings: Findings): void {
  inspectNode(node, bound, parent, findings);
  const binding = bindingOf(node);
  if (binding === null) {
    for (const operand of operandsOf(node)) visit(operand, bound, isFieldOf(node, operand) ? node : null, findings);
    return;
  }
  const inside = new Set(bound).add(binding.variable);
  for (const operand of binding.free) visit(operand, bound, null, findings);
  for (const operand of binding.bound) visit(operand, inside, null, findings);
}

function isFieldOf(node: ASTNode, operand: ASTNode): boolean {
  return (node.op === '.' || node.op === '.?' || node.op === '[]' || node.op === '[?]') && node.args[0] === operand;
}

function inspectNode(node: ASTNode, bound: ReadonlySet<string>, parent: ASTNode | null, findings: Findings): void {
  switch (node.op) {
    case 'id':
      if (!bound.has(node.args) && !CONSTANTS.has(node.args))
        findings.variables.push({ name: node.args, offset: node.start });
      return;
    case 'call':
    case 'rcall':
      return inspectCall(node, findings);
    case '.':
    case '.?':
    case '[]':
    case '[?]':
      return inspectAccess(node, bound, parent, findings);
  }
}

/** Names that mean the same everywhere: CEL's types and namespaces. No variable can have one. */
export const CONSTANTS: ReadonlySet<string> = new Set(
  'bool int uint double string bytes list map type null_type google cel optional'.split(' '),
);

function inspectCall(node: ASTNode & { readonly op: 'call' | 'rcall' }, findings: Findings): void {
  const [name] = node.args;
  if (!CALLABLE.has(name)) {
    const message = node.op === 'call' ? `there is no function ${name}()` : `there is no method .${name}()`;
    findings.faults.push({ message, offset: node.start, unknownFunction: name });
    return;
  }
  if (node.op !== 'rcall' || (name !== 'matches' && name !== 'extract')) return;
  const [pattern] = node.args[2];
  if (pattern?.op !== 'value' || typeof pattern.args !== 'string') return;
  const compiled = compilePattern(pattern.args);
  if ('invalid' in compiled) {
    findings.faults.push({ message: `${name}(): ${compiled.invalid}`, offset: pattern.start, unknownFunction: null });
  }
}

type Access = ASTNode & { readonly op: '.' | '.?' | '[]' | '[?]' };

function inspectAccess(node: Access, bound: ReadonlySet<string>, parent: ASTNode | null, findings: Findings): void {
  const [owner] = node.args;
  if (owner.op !== 'id' || bound.has(owner.args)) return;
  const field = fieldOf(node);
  if (field === null) return;
  if (owner.args === 'run') findings.runFields.push(field);
  if (owner.args === 'steps') findings.steps.push({ ...field, field: parent === null ? null : fieldOf(parent) });
}

/** The field a node reads when its name is written out. */
function fieldOf(node: ASTNode): Mention | null {
  if (node.op === '.' || node.op === '.?') return { name: node.args[1], offset: node.pos };
  if (node.op !== '[]' && node.op !== '[?]') return null;
  const [, key] = node.args;
  return key.op === 'value' && typeof key.args === 'string' ? { name: key.args, offset: key.start } : null;
}
