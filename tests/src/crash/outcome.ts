import { WorkflowFailedError } from '@sisyphus-state/executor';
import { openStore, type RunRow, type StepRow, type StoredEvent } from '@sisyphus-state/store';
import type { LifeEnd } from './live.js';

/** All that the store has of a run. */
export interface Record {
  readonly run: RunRow;
  readonly steps: readonly StepRow[];
  readonly events: readonly StoredEvent[];
}
