import { Attempt, type AttemptOutcome } from './attempt.js';
import type { Launch } from './batch.js';
import type { DrivenRun, Engine } from './driver-types.js';
import type { Progress } from './progress.js';

/** What an attempt tells the run's driver. */
export interface AttemptEars {
  readonly onEnd: (outcome: AttemptOutcome) => void;
  /** A line could not be kept. */
  readonly onLogError: (error: Error) => void;
}

/** Makes the attempt of a launch; nothing of it has begun yet. */
export function makeAttempt(
  engine: Engine,
  run: DrivenRun,
  progress: Progress,
  { unit, attempt, input }: Launch,
  { onEnd, onLogError }: AttemptEars,
): Attempt {
  const { runId } = run;
  const { call, key: stepKey } = unit;
  const handler = call.handler ?? engine.registry.get(call.type);
  if (handler === null) throw new Error(`No handler for ${call.type}: it was there when the run began.`);
  return new Attempt(
    {
      runId,
      stepKey,
      attempt,
      handler,
      input,
      timeoutMs: call.timeoutMs,
      maxResultBytes: engine.maxPayloadBytes,
      step: call.with.isConstant ? call.source : Object.freeze({ ...call.source, with: input }),
      readContext: () => progress.contextOf(unit),
      onLog: (message, data) => {
        engine.observe?.({ kind: 'log', runId, stepKey, message, data });
        engine.store.logEvent(runId, 'log', { stepKey, message, data }).catch(onLogError);
      },
      onProgress: (amount) => engine.observe?.({ kind: 'progress', runId, stepKey, progress: amount }),
    },
    onEnd,
  );
}
