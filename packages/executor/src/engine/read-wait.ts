import { DURATION_FORM, readDuration } from '../definition/parse-duration.js';
import { StepValueError } from '../errors.js';
import { isPlainObject } from './deep-freeze.js';

/** What a step waits for that an outsider has to give. */
export interface OutsideWait {
  /** The signal's name. */
  readonly signal: string | null;
  /** What an approval asks. */
  readonly message: string | null;
  /** Null: as long as it takes. */
  readonly timeoutMs: number | null;
}

/** How a `wait-for-signal` and an `approval` are written. */
export const WAIT_FORMS = {
  'wait-for-signal': `\`signal\` (the name), and \`timeout\` if it may not wait for ever (${DURATION_FORM})`,
  approval: `\`message\` (what is asked), and \`timeout\` if it may not wait for ever (${DURATION_FORM})`,
} as const;

/** The longest name of a signal, in characters. */
const maxNameLength = 200;

/** Reads the resolved `with` of a `wait-for-signal` or `approval` step; throws `StepValueError`. */
export function readWait(stepKey: string, type: keyof typeof WAIT_FORMS, input: unknown): OutsideWait {
  const wait = isPlainObject(input) ? parseWait(type, input) : null;
  if (wait !== null) return wait;
  throw new StepValueError(
    `Step "${stepKey}" is of type ${type}, and its \`with\` is ${JSON.stringify(input)?.slice(0, 100)}. Give it ${WAIT_FORMS[type]}.`,
    { details: { stepKey } },
  );
}

/** Gives null for what can't be waited for. */
export function parseWait(type: keyof typeof WAIT_FORMS, input: Readonly<Record<string, unknown>>): OutsideWait | null {
  const { signal = null, message = null, timeout, ...others } = input;
  const timeoutMs = timeout === undefined ? null : readDuration(timeout);
  if (Object.keys(others).length > 0 || (timeout !== undefined && timeoutMs === null)) return null;
  if (type === 'approval')
    return signal === null && (message === null || typeof message === 'string') ? { signal, message, timeoutMs } : null;
  const isNamed = typeof signal === 'string' && signal.length > 0 && signal.length <= maxNameLength;
  return isNamed && message === null ? { signal, message, timeoutMs } : null;
}
