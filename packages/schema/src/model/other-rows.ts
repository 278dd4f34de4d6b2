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

/**
 * One row of `budget_pots`: what a run with a budget and all its descendants have used, and what their attempts in hand
 * may use. Written in the commit that begins or settles an attempt, so that no two of them spend the same; operational,
 * for it is the sum of those runs' `usage`.
 */
export interface PotRow {
  /** The run that has the budget. */
  readonly runId: string;
  readonly steps: number;
  readonly attempts: number;
  readonly duration: number;
  readonly tokens: number;
  readonly cost: number;
  readonly reservedTokens: number;
  readonly reservedCost: number;
}

/** One row of `payloads`: a value over 8 KiB, kept once however often it is referenced. */
export interface PayloadRow {
  readonly sha256: string;
  readonly bytes: number;
  readonly body: string;
}
