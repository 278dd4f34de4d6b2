import type { ASTNode } from '@marcbachmann/cel-js';

/** The operands of a node, as written. */
export function operandsOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case '!_':
    case '-_':
      return [node.args];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    default:
      return node.args;
  }
}

/** Every node of an expression, from the root down. Does not recurse, so no expression is too deep for it. */
export function* nodesOf(root: ASTNode): Generator<{ readonly node: ASTNode; readonly depth: number }> {
  const open = [{ node: root, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    for (const operand of operandsOf(next.node)) open.push({ node: operand, depth: next.depth + 1 });
  }
}

/** How many nodes an expression has. */
export function countNodes(root: ASTNode): number {
  let nodes = 0;
  for (const _ of nodesOf(root)) nodes++;
  return nodes;
}

/** The variable a macro call binds and the operands that see it; null for every other node. */
export interface Binding {
  readonly variable: string;
  readonly free: readonly ASTNode[];
  readonly bound: readonly ASTNode[];
}

const LOOPS = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);

/** Reads `list.map(x, …)` and its kind, and `cel.bind(x, value, …)`. */
export function bindingOf(node: ASTNode): Binding | null {
  if (node.op !== 'rcall') return null;
  const [method, receiver, [variable, ...others]] = node.args;
  if (variable?.op !== 'id') return null;
  if (LOOPS.has(method) && others.length > 0) return { variable: variable.args, free: [receiver], bound: others };
  const [value, body] = others;
  if (method !== 'bind' || value === undefined || body === undefined) return null;
  return { variable: variable.args, free: [receiver, value], bound: [body] };
}
