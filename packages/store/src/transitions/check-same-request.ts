import { isDeepStrictEqual } from 'node:util';
import type { RunRow } from '@sisyphus-state/schema';
import type { RunToCreate } from '../changes/first-changes.js';
import { decodeValue } from '../codec/decode-value.js';
import { IdempotencyConflictError } from '../errors.js';

/** What makes two requests with one idempotency key the same. */
export type KnownRun = Pick<RunRow, 'id' | 'name' | 'version' | 'definitionHash' | 'input'> & {
  /** The payload of its `run_forked`; null when it is no fork. */
  readonly forked: string | null;
};

/** Throws `IdempotencyConflictError` when a run that has the key of another was asked for differently. */
export function checkSameRequest(asked: RunToCreate, known: KnownRun): void {
  const differs =
    asked.fork === undefined && known.forked === null ? differences(asked, known) : forkDiffers(asked, known);
  if (differs.length > 0) throw new IdempotencyConflictError(asked.idempotencyKey ?? '', known.id, differs);
}

function differences({ name, version = null, definition, input }: RunToCreate, known: KnownRun): readonly string[] {
  return [
    known.name === name && known.version === version ? null : 'workflow',
    known.definitionHash === (definition?.hash ?? null) ? null : 'definition',
    isDeepStrictEqual(decodeValue(known.input), decodeValue(input)) ? null : 'input',
  ].filter((part) => part !== null);
}

/** Workflow and input of a fork are its source's; as they were then, should that have been upgraded since. */
function forkDiffers({ fork }: RunToCreate, { forked }: KnownRun): readonly string[] {
  // The payload of an event of the engine's own.
  const origin = JSON.parse(forked ?? '{}') as { readonly sourceRunId?: string; readonly from?: string };
  const isSame = fork?.request.sourceRunId === origin.sourceRunId && fork?.request.from === origin.from;
  return isSame ? [] : ['source'];
}

/** What of a run to create the next one with the same key is compared with. */
export function toKnown({ id, name, version = null, definition, input }: RunToCreate): KnownRun {
  return { id, name, version, definitionHash: definition?.hash ?? null, input, forked: null };
}
