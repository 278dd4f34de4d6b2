import type { Handler } from '@sisyphus-state/handlers';
import type { TestFramework } from '../store/describe-conformance.js';
import type { HandlerConformanceOptions } from './handler-case.js';
import { handlerConformance } from './handler-conformance.js';

/** Registers every conformance case for a handler with a test framework. */
export function describeHandlerConformance(
  handler: Handler,
  options: HandlerConformanceOptions,
  { describe, it }: Pick<TestFramework, 'describe' | 'it'>,
): void {
  describe(`handler conformance: ${handler.type}`, () => {
    for (const each of handlerConformance(handler, options)) it(each.name, () => each.run());
  });
}
