import { type RunStatus, runStatuses } from '@sisyphus-state/schema';
import type { RunFilter } from './store-types.js';

const defaultLimit = 50;
const maxLimit = 1000;

/** A list as both dialects read it. */
export interface ListPlan {
  readonly namespace: string;
  readonly limit: number;
  /**
   * The list is put together of one part for each status, each read along its index from the newest run on; null: it is
   * one part. Read as one, a list of several statuses or of a name would look at every run there is, or sort all that fit.
   */
  readonly parts: readonly RunStatus[] | null;
}

/** Plans how to read the list that a filter asks for. */
export function planList({ namespace = 'default', status, name, idempotencyKey, limit }: RunFilter): ListPlan {
  const asked = status === undefined ? null : [...new Set([status].flat())];
  // The index of names has the status before the id; an idempotency key is one run.
  const needsAll = name !== undefined && idempotencyKey === undefined;
  return { namespace, limit: wholeLimit(limit), parts: asked ?? (needsAll ? runStatuses : null) };
}

function wholeLimit(limit = defaultLimit): number {
  return Number.isNaN(limit) ? defaultLimit : Math.min(Math.max(1, Math.trunc(limit)), maxLimit);
}
