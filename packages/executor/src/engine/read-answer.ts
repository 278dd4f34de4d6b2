import { decodeValue, encodeValue, type JsonText } from '@sisyphus-state/store';

/** Who answered an approval, and how. */
export interface ApprovalAnswer {
  readonly approved: boolean;
  readonly by: string | null;
  readonly comment: string | null;
}

/** What somebody found out about a step in doubt. */
export type StepResolution = { readonly completed: unknown } | { readonly failed: string } | 'retry';

/** Reads an answer from the mailbox; only this executor's own calls write them. */
export function readAnswer(payload: string | null): ApprovalAnswer {
  return decodeValue(payload) as ApprovalAnswer; // encodeAnswer wrote it
}

/** Writes an answer for the mailbox. */
export function encodeAnswer(answer: ApprovalAnswer): JsonText {
  return present(encodeValue(answer, { what: 'answer to an approval' }));
}

/** Reads a resolution from the mailbox. */
export function readResolution(payload: string | null): StepResolution {
  return decodeValue(payload) as StepResolution; // encodeResolution wrote it
}

/** Writes a resolution for the mailbox; throws `NotSerializableError` or `PayloadTooLargeError` for its result. */
export function encodeResolution(resolution: StepResolution, maxBytes: number): JsonText {
  return present(encodeValue(resolution, { what: 'outcome of the step', maxBytes }));
}

function present(text: JsonText | null): JsonText {
  if (text === null) throw new TypeError('An answer is an object or a text.');
  return text;
}
