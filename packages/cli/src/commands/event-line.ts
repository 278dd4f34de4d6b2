import type { StoredError } from '@sisyphus-state/schema';
import type { StoredEvent } from '@sisyphus-state/store';
import { cut, firstLine, oneLine, pad } from '../format/text.js';
import { isoInstant, showDuration, showInstant } from '../format/time.js';
import { previewValue } from '../format/value.js';
import { showWait } from '../format/wait.js';
import { waitEnd } from '../live/wait-end.js';
import type { Terminal } from '../terminal/terminal.js';

const seqWidth = 5;
const typeWidth = 20;

/** An event as programs read it: the row, its instant in ISO 8601, its payload as JSON with large values filled in. */
export function toEventDocument(event: StoredEvent): object {
  const { runId, seq, type, source, stepKey, attempt, fence, worker, at } = event;
  return { runId, seq, type, source, stepKey, attempt, fence, worker, at: isoInstant(at), payload: payloadOf(event) };
}

/** An event as one line for a person: number, time, type, step, and what is most worth knowing of it. */
export function showEventLine(event: StoredEvent, { paint, columns }: Terminal): string {
  const { seq, at, type, stepKey, attempt, source } = event;
  const name = source === 'user' ? paint.magenta(pad(oneLine(type), typeWidth)) : paintType(type, paint);
  const place = stepKey === null ? '' : oneLine(stepKey);
  const tried = attempt !== null && attempt > 1 ? `attempt ${attempt}` : '';
  const parts = [place, tried, describe(event)].filter((part) => part !== '');
  const start = `${paint.dim(`${pad(String(seq), seqWidth, 'right')}  ${showInstant(at)}`)}  ${name}`;
  return cut(`${start}  ${parts.join('  ')}`.trimEnd(), columns);
}

function paintType(type: string, paint: Terminal['paint']): string {
  const padded = pad(type, typeWidth);
  if (type.endsWith('_failed')) return paint.red(padded);
  if (type.endsWith('_completed')) return paint.green(padded);
  return /_(retry_scheduled|cancelled|suspended|waiting)$|^cancel_/.test(type) ? paint.yellow(padded) : padded;
}

/** A value over 8 KiB stands beside the event: `…Ref` in the payload says which one it is. */
function payloadOf({ payload, payloadRef, body, source, type }: StoredEvent): unknown {
  if (body !== null && (source === 'user' || type === 'run_adopted')) return JSON.parse(body);
  const decoded: unknown = JSON.parse(payload);
  if (body === null || !isRecord(decoded)) return decoded;
  const filled = Object.entries(decoded).map(([name, value]) =>
    value === payloadRef && name.endsWith('Ref') ? [name.slice(0, -3), JSON.parse(body)] : [name, value],
  );
  return Object.fromEntries(filled);
}

function describe(event: StoredEvent): string {
  const payload: unknown = JSON.parse(event.payload);
  if (event.source === 'user') return previewValue(payloadOf(event), Number.POSITIVE_INFINITY);
  if (!isRecord(payload)) return '';
  const { error, reason, takenFrom, delayMs, wakeAt, name, itemCount, sourceRunId, from } = payload;
  switch (event.type) {
    case 'workflow_started':
      return textOf(name);
    case 'run_forked':
      return `of ${textOf(sourceRunId)} from ${textOf(from)}`;
    case 'run_claimed':
      return `by ${oneLine(event.worker ?? '')}${typeof takenFrom === 'string' ? `, taken from ${oneLine(takenFrom)}` : ''}`;
    case 'step_started':
      return typeof itemCount === 'number' ? `${itemCount} items` : '';
    case 'step_waiting':
    case 'workflow_suspended': {
      const wait = { wakeAt: numberOf(wakeAt), delayMs: numberOf(delayMs) };
      return showWait(
        { wakeAt: waitEnd(wait, event.at), reason: typeof reason === 'string' ? reason : null },
        event.at,
      );
    }
    case 'step_retry_scheduled':
      return `in ${showDuration(Number(delayMs ?? 0))}: ${messageOf(error)}`;
    case 'signal_received':
      return textOf(name);
    default:
      return messageOf(error) || textOf(reason);
  }
}

function messageOf(error: unknown): string {
  // Only toStoredError writes errors into events.
  return isRecord(error) ? firstLine((error as unknown as StoredError).message) : '';
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? oneLine(value) : '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
