import type { DueRequest, DueRuns } from '../store-types.js';
import { distinctQueues, wholeLimit } from '../transitions/admit-due.js';
import { firstDue, toDueRun } from '../transitions/due-candidate.js';
import type { SqliteContext } from './context.js';
import { type DuePlace, readDue } from './read-due.js';

/** Says which runs are due and when there will be more, without a lock. */
export function findDue({ statements, clock }: SqliteContext, request: DueRequest): DueRuns {
  const now = clock();
  const limit = wholeLimit(request.limit);
  const places = placesOf(request, now);
  const found = limit === 0 ? [] : places.flatMap((place) => readDue(statements, place, limit));
  const timers = places.flatMap((place) =>
    [statements.nextTimer, statements.nextDeadline].flatMap((next) => next.get({ ...place, after: now })?.value ?? []),
  );
  return {
    runs: firstDue(found, limit).map(toDueRun),
    now,
    nextDueAt: timers.length === 0 ? null : Math.min(...timers),
  };
}

/** Where a request looks for due runs. */
export function placesOf(request: Omit<DueRequest, 'limit'>, now: number): readonly DuePlace[] {
  const { namespace = 'default', except = [] } = request;
  const passedOver = except.length === 0 ? null : JSON.stringify(except);
  return distinctQueues(request).map(({ name }) => ({ namespace, queue: name, now, except: passedOver }));
}
