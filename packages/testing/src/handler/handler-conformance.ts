import type { Handler } from '@sisyphus-state/handlers';
import { abortCases } from './cases/abort.js';
import { declarationCases } from './cases/declaration.js';
import { inputCases } from './cases/input.js';
import { outputCases } from './cases/output.js';
import type { HandlerCase, HandlerConformanceOptions } from './handler-case.js';

/**
 * Every promise that a handler has to keep so that an engine can rely on it.
 *
 * It declares itself, takes its samples without changing them and returns JSON that stays as it is, refuses bad input with
 * a terminal error before any effect, and stops soon after it is aborted.
 */
export function handlerConformance(handler: Handler, options: HandlerConformanceOptions): readonly HandlerCase[] {
  return [
    ...declarationCases(handler),
    ...outputCases(handler, options),
    ...inputCases(handler, options),
    ...abortCases(handler, options),
  ];
}
