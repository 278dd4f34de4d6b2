import type { StepStatus } from '@sisyphus-state/schema';

/** A step as its definition announces it, before anything ran. */
export interface StepOutline {
  readonly id: string;
  readonly type: string;
  readonly isForeach: boolean;
  /** Attempts its policy allows, the first one included; null when nothing here says. */
  readonly maxAttempts: number | null;
}

/** What is tried as a whole: a step, or one item of a `foreach`. Attempts count as the policy counts them, from the last resume. */
export interface TryView {
  isRunning: boolean;
  attempt: number;
  /** How many attempts were made before the policy began to count. */
  attemptsBefore: number;
  /** When the next attempt is due; null while none is waited for. */
  retryAt: number | null;
  /** What the last attempt that failed said, in short. */
  lastError: string | null;
  /** What the handler says of how far it is, in short. */
  progress: string | null;
}

/** A step as a watcher sees it; changed in place as the run goes on. */
export interface StepView extends StepOutline, TryView {
  status: StepStatus;
  /** It had ended before this process came. */
  wasDoneBefore: boolean;
  /** Why it ended as it did, when it did not complete. */
  reason: string | null;
  startedAt: number | null;
  finishedAt: number | null;
  /** Items of a `foreach`; null before it began, and for other steps. */
  itemCount: number | null;
  itemsDone: number;
  /** How many of them were done before this process came. */
  itemsDoneBefore: number;
  /** The items that were tried and are not done, by key. */
  readonly openItems: Map<string, TryView>;
  /** When its wait is over; null while it does not wait, or when only somebody else can end it. */
  wakeAt: number | null;
}

/** A step that has not begun. */
export function pendingStep(outline: StepOutline): StepView {
  return {
    ...outline,
    ...newTry(),
    status: 'pending',
    wasDoneBefore: false,
    reason: null,
    startedAt: null,
    finishedAt: null,
    itemCount: null,
    itemsDone: 0,
    itemsDoneBefore: 0,
    openItems: new Map(),
    wakeAt: null,
  };
}

/** Something that was not tried yet. */
export function newTry(): TryView {
  return { isRunning: false, attempt: 0, attemptsBefore: 0, retryAt: null, lastError: null, progress: null };
}

/** Which attempt this is of those that the policy counts; 0 before the first. */
export function countedAttempt({ attempt, attemptsBefore }: TryView): number {
  return Math.max(0, attempt - attemptsBefore);
}

/** `attempt 2/3`; `attempt 2` where the most is not known. */
export function showAttempt(attempt: number, { maxAttempts }: StepOutline): string {
  return maxAttempts === null ? `attempt ${attempt}` : `attempt ${attempt}/${Math.max(attempt, maxAttempts)}`;
}

/** The id of the step that a key belongs to: `classify` for `classify[3]`. Ids hold no brackets. */
export function stepIdOf(stepKey: string): string {
  const bracket = stepKey.indexOf('[');
  return bracket < 0 ? stepKey : stepKey.slice(0, bracket);
}
