import type { ASTNode } from '@marcbachmann/cel-js';
import { countNodes, nodesOf } from './cel-ast.js';
import { meteredCall, spendArgument } from './cel-calls.js';
import { equals, isIn, plus } from './cel-operators.js';
import { isExhausted, spend } from './meter.js';

/**
 * What the library keeps on a checked node beside the public AST (`lib/operators.js` and `lib/parser.js` of 8.0.0).
 *
 * The dependency is pinned to that version; `meter-expression.test.ts` goes through every operator and function and shows
 * that each of them spends work, so an update that moves any of this can't pass unseen.
 */
interface CheckedNode {
  handle?: (...args: unknown[]) => unknown;
  readonly meta?: { readonly alternate?: Comprehension };
}

interface Comprehension {
  readonly op: string;
  readonly args: { step: Step };
  handle?: (...args: unknown[]) => unknown;
}

interface Step {
  evaluate(evaluator: unknown, step: unknown, context: unknown): unknown;
}

/** The library no longer does what this file builds on; expressions would run without a bound, so none may run at all. */
class UnknownLibraryError extends Error {}

/**
 * Makes a checked expression spend work for all it does, so that none can run for ever or fill the memory.
 *
 * Each round of a loop pays for the nodes of its body; operators and functions pay for the texts, lists and maps they go
 * through. What a single evaluation does besides is bounded by the number of its nodes.
 */
export function meterExpression(root: ASTNode): void {
  for (const { node } of nodesOf(root)) {
    if (node.op === 'call' || node.op === 'rcall') meterCall(node);
    else if (node.op in BINARY) meterBinary(node);
  }
}

// The library sets these fields on its nodes when it checks them; the public type leaves them out.
const inner = (node: ASTNode): CheckedNode => node as unknown as CheckedNode;

function meterCall(node: ASTNode & { readonly op: 'call' | 'rcall' }): void {
  const checked = inner(node);
  const loop = checked.meta?.alternate;
  if (loop?.op === 'comprehension') return meterLoop(node, loop);
  if (checked.handle !== undefined) return meterFunction(node, checked.handle);
  // has, cel.bind, or and orValue evaluate their operands once each, and have nothing of their own to pay for.
  if (!isMacro(checked)) throw new UnknownLibraryError(`no way to meter a call of ${node.args[0]}`);
}

function isMacro(node: CheckedNode): boolean {
  return node.meta !== undefined && 'macro' in node.meta;
}

function meterLoop(node: ASTNode & { readonly op: 'call' | 'rcall' }, loop: Comprehension): void {
  const { step } = loop.args;
  const units = 1 + countNodes(node) - (node.op === 'rcall' ? countNodes(node.args[1]) : 0);
  const verdict = VERDICTS[node.args[0]];
  const evaluate: Step['evaluate'] = (evaluator, _step, context) => {
    // These two go on after an error of their body, ours included: without a verdict they would run through every item.
    if (verdict !== undefined && isExhausted()) return verdict;
    spend(units);
    return step.evaluate(evaluator, step, context);
  };
  loop.args.step = { evaluate };
  const { handle } = loop;
  if (handle === undefined) throw new UnknownLibraryError(`no way to meter the loop .${node.args[0]}()`);
  loop.handle = (items, ...library) => {
    // A loop over an object starts by listing all its keys, however soon it ends.
    if (!Array.isArray(items)) spendArgument(items);
    return handle(items, ...library);
  };
}

/** What ends each of the loops that swallow errors. */
const VERDICTS: Readonly<Record<string, boolean | undefined>> = { all: false, exists: true };

function meterFunction(
  node: ASTNode & { readonly op: 'call' | 'rcall' },
  handle: (...args: unknown[]) => unknown,
): void {
  const last = node.op === 'call' ? node.args[1].at(-1) : node.args[2].at(-1);
  const literal = last?.op === 'value' && typeof last.args === 'string' ? last.args : null;
  const call = meteredCall({ name: node.args[0], literal }, handle);
  inner(node).handle = (args, ...library) => call(asList(args), ...library);
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

type Binary = (left: unknown, right: unknown, original: () => unknown) => unknown;

const BINARY: Readonly<Partial<Record<string, Binary>>> = {
  '==': equals,
  '!=': (left, right, original) => equals(left, right, () => original() === false) !== true,
  in: isIn,
  '+': plus,
  ...Object.fromEntries(['-', '*', '/', '%', '<', '<=', '>', '>='].map((operator) => [operator, asTheLibraryDoes])),
};

function asTheLibraryDoes(_left: unknown, _right: unknown, original: () => unknown): unknown {
  return original();
}

function meterBinary(node: ASTNode): void {
  const { handle } = inner(node);
  const apply = BINARY[node.op];
  if (handle === undefined || apply === undefined) {
    throw new UnknownLibraryError(`no way to meter the operator ${node.op}`);
  }
  inner(node).handle = (left, right, ...library) =>
    apply(left, right, () => {
      spendArgument(left);
      spendArgument(right);
      return handle(left, right, ...library);
    });
}
