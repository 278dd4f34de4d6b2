import { breakerOf } from '../definition/breaker-of.js';
import type { RunBounds } from '../engine/run-guard.js';
import type { Program } from '../program.js';
import type { Client } from './client.js';

/** What a run is held to: its budget is its own, its breaker the workflow's, else the executor's. */
export function boundsOf(
  { engine }: Pick<Client, 'engine'>,
  program: Program,
  bounds: Omit<RunBounds, 'breaker'>,
): RunBounds {
  const said = program.kind === 'data' ? program.definition : program;
  return { ...bounds, breaker: breakerOf(said.breaker, engine.breaker) };
}
