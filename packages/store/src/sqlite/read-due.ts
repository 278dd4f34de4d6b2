import type { QueueRequest } from '../store-types.js';
import { admitDue, type QueueRoom } from '../transitions/admit-due.js';
import { type DueCandidate, firstDue } from '../transitions/due-candidate.js';
import type { Statements } from './statements.js';

/** Where to look for due runs, and which of them to pass over. */
export interface DuePlace {
  readonly namespace: string;
  readonly queue: string;
  readonly now: number;
  /** A JSON list of workflow keys; null: none. */
  readonly except: string | null;
}

/** Fewer timers than this are read all at once and put in order; of more, one priority after the other is asked. */
const manyTimers = 32;
/** Of so many priorities the order is exact; of more those that are over for longest come first. */
const manyPriorities = 64;
/** How far to look in order of priority before looking key by key. */
const window = 200;

/** Reads the first `limit` due runs of a queue, in order. */
export function readDue(statements: Statements, place: DuePlace, limit: number): readonly DueCandidate[] {
  const ready = statements.dueReady.all({ ...place, limit });
  const timers = readTimers(statements, place, limit);
  const overdue = statements.dueDeadlines.all({ ...place, limit });
  return timers.length + overdue.length === 0 ? ready : firstDue([...ready, ...timers, ...overdue], limit);
}

/**
 * Reads the due runs of a queue that its limits leave room for, in order.
 *
 * Runs of keys that are full may stand before the others by the thousand: after a look at the first of the queue it is
 * asked key by key, at most so many of each as it has room for.
 */
export function readAdmitted(
  statements: Statements,
  place: DuePlace,
  { perKey = null }: QueueRequest,
  room: QueueRoom,
): readonly DueCandidate[] {
  if (room.runs === 0) return [];
  if (perKey === null) return readDue(statements, place, room.runs);
  const size = Math.max(window, room.runs);
  const first = readDue(statements, place, size);
  const admitted = admitDue(first, room);
  if (admitted.length === room.runs || first.length < size) return admitted;
  return admitDue(readByKey(statements, place, room), room);
}

/** The timers that are over: all of them where they are few, else the first `limit` by priority. */
function readTimers(statements: Statements, place: DuePlace, limit: number): readonly DueCandidate[] {
  const many = Math.max(limit, manyTimers);
  const longestOver = statements.dueTimers.all({ ...place, limit: many });
  if (longestOver.length < many) return longestOver;
  const found = new Map<string, DueCandidate>();
  let below = Number.MAX_SAFE_INTEGER;
  for (let priorities = 0; priorities < manyPriorities && found.size < limit; priorities++) {
    const priority = statements.nextTimerPriority.get({ ...place, below })?.value ?? null;
    if (priority === null) return [...found.values()];
    const next = statements.dueTimersOfPriority.all({ ...place, priority, limit: limit - found.size });
    for (const timer of next) found.set(timer.id, timer);
    below = priority;
  }
  if (found.size < limit) for (const timer of longestOver) found.set(timer.id, timer);
  return [...found.values()];
}

/** The due runs of every key that has room, and those without a key. */
function readByKey(statements: Statements, place: DuePlace, room: QueueRoom): readonly DueCandidate[] {
  const limit = room.runs;
  const found = [
    ...statements.dueReadyWithoutKey.all({ ...place, limit }),
    ...statements.dueTimersWithoutKey.all({ ...place, limit }),
    ...statements.dueDeadlines.all({ ...place, limit: Math.max(window, limit) }),
  ];
  for (const key of keysOf(statements.nextReadyKey, place))
    found.push(...readOfKey(statements.dueReadyOfKey, place, key, room));
  for (const key of keysOf(statements.nextTimerKey, place))
    found.push(...readOfKey(statements.dueTimersOfKey, place, key, room));
  return firstDue(found, found.length);
}

function* keysOf(next: Statements['nextReadyKey'], place: DuePlace): Generator<string> {
  // The empty text is a key too, and comes before all others.
  for (let key: string | null = ''; key !== null; key = next.get({ ...place, after: key })?.value ?? null) yield key;
}

function readOfKey(
  runs: Statements['dueReadyOfKey'],
  place: DuePlace,
  key: string,
  room: QueueRoom,
): readonly DueCandidate[] {
  const limit = Math.min(room.runs, room.ofKey(key) ?? room.runs);
  return limit === 0 ? [] : runs.all({ ...place, key, limit });
}
