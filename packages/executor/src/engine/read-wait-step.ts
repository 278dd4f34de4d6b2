import type { WaitType } from '../definition/engine-types.js';
import type { Wait } from './batch.js';
import { readSleep } from './read-sleep.js';
import { readWait } from './read-wait.js';

/** The kind and name of the mail that answers a step. */
export interface Question {
  readonly kind: 'signal' | 'approval' | 'in_doubt';
  readonly name: string;
}

/** A step that waits, as its resolved `with` says it. */
export interface WaitStep {
  /** Null: it only lets time pass. */
  readonly question: Question | null;
  readonly ends: Pick<Wait, 'wakeAt' | 'delayMs'>;
  /** What a run that waits for it is listed with. */
  readonly reason: string;
  readonly message: string | null;
  readonly timeoutMs: number | null;
}

/** Reads the resolved `with` of a step of the engine's own types; throws `StepValueError`. */
export function readWaitStep(stepKey: string, type: WaitType, input: unknown): WaitStep {
  if (type === 'sleep')
    return {
      question: null,
      ends: readSleep(stepKey, input),
      reason: `sleep:${stepKey}`,
      message: null,
      timeoutMs: null,
    };
  const { signal, message, timeoutMs } = readWait(stepKey, type, input);
  const ends = { wakeAt: null, delayMs: timeoutMs };
  const question: Question = signal === null ? { kind: 'approval', name: stepKey } : { kind: 'signal', name: signal };
  return { question, ends, reason: `${question.kind}:${question.name}`, message, timeoutMs };
}
