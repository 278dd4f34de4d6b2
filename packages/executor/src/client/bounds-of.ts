import type { NewRun } from '@sisyphus-state/store';
import { breakerOf } from '../definition/breaker-of.js';
import type { RunBounds } from '../engine/run-guard.js';
import type { Program } from '../program.js';
import type { Client } from './client.js';

/** What a run is held to: its budget is its own, its breaker the workflow's, else the executor's. */
export function boundsOf(
  { engine }: Pick<Client, 'engine'>,
  program: Program,
  { budget = null, usage }: Pick<NewRun, 'budget'> & Pick<RunBounds, 'usage'>,
): RunBounds {
  const said = program.kind === 'data' ? program.definition : program;
  return { budget, usage, breaker: breakerOf(said.breaker, engine.breaker) };
}
