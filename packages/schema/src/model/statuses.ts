/** Every status a run can have; ARCHITECTURE.md draws the moves between them. */
export const runStatuses = ['pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** The statuses a run ends in: only a resume moves it from here, and never from `completed`. */
export const terminalRunStatuses = ['completed', 'failed', 'cancelled'] as const satisfies readonly RunStatus[];
export type TerminalRunStatus = (typeof terminalRunStatuses)[number];

/** The statuses somebody or something still has to act on: the partial indexes cover exactly these. */
export const activeRunStatuses = ['pending', 'running', 'waiting', 'paused'] as const satisfies readonly RunStatus[];

/** Every status a step can have. */
export const stepStatuses = [
  'pending',
  'running',
  'waiting',
  'completed',
  'failed',
  'skipped',
  'cancelled',
  'in_doubt',
] as const;
export type StepStatus = (typeof stepStatuses)[number];

/** What a handler says of a second try: safe (`pure`), survivable (`at-least-once`), or to be asked about (`at-most-once`). */
export const deliveries = ['pure', 'at-least-once', 'at-most-once'] as const;
export type Delivery = (typeof deliveries)[number];

/** Who wrote an audit event: the engine (folded by `verify`) or the user through `logEvent` (never folded). */
export const eventSources = ['engine', 'user'] as const;
export type EventSource = (typeof eventSources)[number];

/** Whether a run has ended. */
export function isTerminal(status: RunStatus): status is TerminalRunStatus {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
