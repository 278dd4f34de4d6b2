/** One row of `workflow_definitions`: a data definition, whole, keyed by the SHA-256 of its canonical JSON. */
export interface DefinitionRow {
  readonly hash: string;
  readonly name: string;
  readonly version: number | null;
  readonly body: string;
  readonly createdAt: number;
}

/** One row of `run_mailbox`: what an outsider put in for a run's holder; each is consumed once. */
export interface MailboxRow {
  readonly id: string;
  readonly runId: string;
  /** `signal`, `cancel`, `pause`, `child_ended`, … */
  readonly kind: string;
  /** The signal's name, or the step key a child reports to. */
  readonly name: string | null;
  readonly payload: string | null;
  readonly payloadRef: string | null;
  readonly createdAt: number;
  readonly consumedAt: number | null;
  /** The `seq` of the event that consumed it. */
  readonly consumedSeq: number | null;
}

/** One row of `payloads`: a value over 8 KiB, kept once however often it is referenced. */
export interface PayloadRow {
  readonly sha256: string;
  readonly bytes: number;
  readonly body: string;
}
