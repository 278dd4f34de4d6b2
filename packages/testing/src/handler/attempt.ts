import {
  createRegistry,
  type Handler,
  type HandlerRun,
  invokeHandler,
  type UsageAmount,
} from '@sisyphus-state/handlers';

/** What a handler did beside returning. */
export interface Attempt {
  readonly result: Promise<unknown>;
  readonly logged: readonly (readonly [message: string, data: unknown])[];
  readonly used: readonly UsageAmount[];
  readonly progressed: readonly (string | number)[];
}

/** Runs a handler once, as an engine does: its input checked, its step and context frozen. */
export function attempt(handler: Handler, input: unknown, signal: AbortSignal = new AbortController().signal): Attempt {
  const registered = createRegistry([handler]).get(handler.type);
  if (registered === null) throw new Error(`The handler is registered under another type than ${handler.type}.`);
  const logged: [string, unknown][] = [];
  const used: UsageAmount[] = [];
  const progressed: (string | number)[] = [];
  const run: HandlerRun = {
    signal,
    idempotencyKey: 'conformance-run:step',
    attempt: 1,
    runId: 'conformance-run',
    stepKey: 'step',
    log: (message, data) => void logged.push([message, data]),
    progress: (progress) => void progressed.push(progress),
    usage: (amount) => void used.push(amount),
    step: deepFreeze({ id: 'step', type: handler.type, with: structuredClone(input) }),
    context: deepFreeze({}),
  };
  const result = new Promise((resolve) => resolve(invokeHandler(registered, { input, run })));
  return { result, logged, used, progressed };
}

/** A sample as it is used once: functions make theirs, values are copied. */
export async function sampleOf(sample: unknown): Promise<unknown> {
  return typeof sample === 'function' ? await sample() : structuredClone(sample);
}

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
