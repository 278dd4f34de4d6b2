import { Environment } from '@marcbachmann/cel-js';
import { CEL_FUNCTIONS } from './cel-functions.js';
import { registerMixedArithmetic } from './cel-operators.js';

/** The longest expression, the most nodes and the deepest nesting there may be. */
export const EXPRESSION_SIZE = { characters: 16_384, nodes: 4_000, depth: 200 } as const;

/**
 * The functions and methods of the library that expressions may call.
 *
 * A list of what is allowed, not of what is not: everything here is deterministic and pays for its work. Left out are
 * what depends on the host's time zone (`getDayOfYear`, zones) and `bytes.json` (there is `parseJson`).
 */
const STANDARD_FUNCTIONS = [
  ...['size', 'type', 'dyn', 'string', 'int', 'uint', 'double', 'bool', 'bytes', 'has', 'timestamp', 'duration'],
  ...['startsWith', 'endsWith', 'contains', 'indexOf', 'lastIndexOf', 'substring', 'matches', 'split', 'join', 'trim'],
  ...['lowerAscii', 'upperAscii', 'base64', 'hex', 'at', 'all', 'exists', 'exists_one', 'map', 'filter', 'bind'],
  ...['or', 'orValue', 'hasValue', 'value', 'none', 'of', 'getFullYear', 'getMonth', 'getDate', 'getDayOfMonth'],
  ...['getDayOfWeek', 'getHours', 'getMinutes', 'getSeconds', 'getMilliseconds'],
];

/** Every function and method an expression may call. */
export const CALLABLE: ReadonlySet<string> = new Set([
  ...STANDARD_FUNCTIONS,
  ...CEL_FUNCTIONS.map(([signature]) => nameIn(signature)),
]);

let environment: Environment | null = null;

/** The one environment all expressions are parsed in; made when it is first asked for. */
export function celEnvironment(): Environment {
  environment ??= makeEnvironment();
  return environment;
}

function makeEnvironment(): Environment {
  const made = new Environment({
    // Which variables there are depends on where an expression stands: `inspectExpression` reads them, the definition checks them.
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: EXPRESSION_SIZE.nodes, maxDepth: EXPRESSION_SIZE.depth },
  });
  registerMixedArithmetic(made);
  for (const [signature, handler] of CEL_FUNCTIONS) made.registerFunction(signature, handler, { async: false });
  return made;
}

function nameIn(signature: string): string {
  return /(\w+)\(/.exec(signature)?.[1] ?? signature;
}
