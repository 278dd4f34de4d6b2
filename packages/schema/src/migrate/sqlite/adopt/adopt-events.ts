import type { EventRow } from '../../../model/event-row.js';
import { draftInstant } from './draft-instant.js';
import type { DraftEvent } from './draft-tables.js';
import { jsonOf, propertyOf, textOf } from './draft-values.js';
import type { PayloadKeeper } from './payload-keeper.js';

/** An event of the draft as a row of the new log, with its payload parsed. */
export interface AdoptedEvent {
  readonly row: EventRow;
  readonly payload: unknown;
}

/** What all events of one run are written with. */
export interface EventContext {
  readonly runId: string;
  readonly createdAt: number;
  readonly keeper: PayloadKeeper;
}

/**
 * Numbers a run's events from 1 in the order the draft logged them; types and payloads stay as they are.
 *
 * An event whose time can't be read gets the one before it.
 */
export function adoptEvents(events: readonly DraftEvent[], context: EventContext): readonly AdoptedEvent[] {
  const adopted: AdoptedEvent[] = [];
  let at = context.createdAt;
  for (const [index, event] of events.entries()) {
    at = draftInstant(event.timestamp) ?? at;
    adopted.push(adoptEvent(event, { seq: index + 1, at, ...context }));
  }
  return adopted;
}

function adoptEvent(
  event: DraftEvent,
  place: EventContext & { readonly seq: number; readonly at: number },
): AdoptedEvent {
  const json = jsonOf(event.payload);
  const stepId = propertyOf(json?.value, 'stepId');
  const { inline, ref } = place.keeper.keep(json?.text ?? '{}');
  const row: EventRow = {
    runId: place.runId,
    seq: place.seq,
    type: textOf(event.type),
    source: 'engine',
    stepKey: typeof stepId === 'string' ? stepId : null,
    attempt: null,
    fence: null,
    worker: null,
    at: place.at,
    payload: inline ?? '{}',
    payloadRef: ref,
  };
  return { row, payload: json?.value };
}
