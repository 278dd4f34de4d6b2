import { deliveries } from '@sisyphus-state/schema';
import { z } from 'zod';
import { JITTERS } from './definition.js';
import { DURATION_FORM, DURATION_PATTERN, readDuration } from './parse-duration.js';

const text = z.string().min(1);
// Whatever reaches these shapes is JSON already.
const json = z.unknown();

const duration = z
  .union([z.int().min(0), z.string().regex(DURATION_PATTERN, { error: `expected ${DURATION_FORM}` })], {
    error: `expected ${DURATION_FORM}`,
  })
  .refine((value) => readDuration(value) !== null, { error: `expected ${DURATION_FORM}` })
  .meta({ id: 'Duration', description: `A span of time: ${DURATION_FORM}.` });

const call = z
  .strictObject({ type: text, with: json.optional() })
  .meta({ id: 'Call', description: 'A handler and its input.' });

/** Up to nine billion: in micro-units it is a whole number that JSON keeps. */
const money = z.number().min(0).max(9_000_000_000);

/** A budget, in a definition or as an option. */
export const budgetShape = z
  .strictObject({
    steps: z.int().min(1).optional().meta({
      description: 'How many steps may begin. Each item of a foreach and each time of a repeat is one; waits are none.',
    }),
    attempts: z.int().min(1).optional().meta({ description: 'How many attempts may begin.' }),
    duration: duration.optional().meta({ description: 'Time with an attempt running, not waiting.' }),
    tokens: z.int().min(0).optional().meta({ description: 'Tokens, as handlers report them.' }),
    cost: money.optional().meta({ description: 'Cost in units of money (2.50), as handlers report it.' }),
  })
  .meta({ description: 'What a run and its child runs may use up in all. A run whose budget is spent is paused.' });

const times = z.union([z.int().min(2).max(1_000_000), z.literal(false)], {
  error: 'expected a whole number from 2, or false',
});

/** What tells a run that makes no progress, in a definition or as an option. */
export const breakerShape = z
  .union(
    [
      times,
      z.strictObject({
        errors: times.optional().meta({ description: 'The same error, so many times in a row.' }),
        outputs: times.optional().meta({ description: 'The same output, so many times in a row. Default false.' }),
      }),
    ],
    { error: 'expected a whole number from 2, false, or { errors, outputs }' },
  )
  .meta({
    description:
      'Pauses a run in which the same step with the same input has the same error or output so many times in a row.',
  });

const needs = z
  .array(
    z.union([text, z.strictObject({ step: text, optional: z.boolean().optional() })], {
      error: 'expected a step id, or { step, optional: true }',
    }),
  )
  .meta({
    description:
      'The steps that must have ended first. Absent: the step before. []: none. { step, optional: true }: goes on when that step was skipped.',
  });

const retry = z
  .strictObject({
    attempts: z.int().min(1).max(1_000).optional().meta({ description: 'How often it is tried in all. Default 3.' }),
    backoff: duration.optional().meta({ description: 'The wait before the second attempt. Default 1s.' }),
    factor: z
      .number()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'What each further wait is multiplied by. Default 2.' }),
    maxBackoff: duration
      .optional()
      .meta({ description: 'The longest wait. Default 30s, or backoff if that is longer.' }),
    jitter: z.enum(JITTERS).optional().meta({
      description:
        'How waits vary: full is anywhere from 0 to the wait (the default), equal from half of it, none not at all.',
    }),
  })
  .meta({ description: 'How a failed attempt is tried again. Absent: it is not.' });

/** The keys of a step and what each may hold; whether other keys may stand beside them depends on the step's type. */
export const stepShape = z
  .looseObject({
    id: text
      .max(128)
      .regex(/^[^[\]/#\p{Cc}]*$/u, { error: 'an id holds no [ ] / # and no control characters' })
      .refine((id) => id.trim() === id, { error: 'an id starts and ends with no blank' })
      .meta({
        description: 'Names the step in needs, in expressions (steps.<id>) and in its key. Unique; no [ ] / #.',
      }),
    type: text.max(128).meta({
      description: 'The handler that carries the step out: shell, http, file, transform, or one of your own.',
    }),
    with: json.optional().meta({ description: `The handler's input. Texts may hold \${{ expressions }}.` }),
    needs: needs.optional(),
    if: z
      .union([z.string(), z.boolean()], { error: 'expected an expression, true or false' })
      .optional()
      .meta({ description: 'The step is skipped unless this gives true.' }),
    foreach: z
      .union([z.string(), z.array(json)], { error: 'expected a list, or one expression that gives a list' })
      .optional()
      .meta({ description: 'The list the step runs over, once for each item.' }),
    as: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, { error: 'expected a name of letters, digits and _' })
      .optional()
      .meta({ description: "The item's name in expressions, beside index. Default item." }),
    concurrency: z
      .int()
      .min(1)
      .max(1_000)
      .optional()
      .meta({ description: 'How many items run at the same time. Default 1: one after the other.' }),
    retry: retry.optional(),
    timeout: duration
      .refine((value) => readDuration(value) !== 0, { error: 'expected more than 0' })
      .optional()
      .meta({ description: 'For each attempt.' }),
    delivery: z.enum(deliveries).optional().meta({
      description: 'What may happen to an attempt that was cut off; overrides what the handler says of itself.',
    }),
    onError: z.enum(['fail', 'continue']).optional().meta({ description: 'Whether a failed step fails the run.' }),
    fallback: z.array(call).optional().meta({ description: 'What is tried in order when the attempts are used up.' }),
    compensate: call.optional().meta({ description: 'Undoes the step when the run fails or is cancelled.' }),
    repeat: z
      .strictObject({
        until: text.meta({ description: 'An expression, evaluated after each time.' }),
        max: z.int().min(1).max(10_000).optional().meta({ description: 'How often at most. Default 100.' }),
      })
      .optional()
      .meta({ description: 'Runs the step again, one time after the other, until an expression gives true.' }),
    reserve: z
      .strictObject({ tokens: z.int().min(0).optional(), cost: money.optional() })
      .optional()
      .meta({ description: "What an attempt may use of the run's budget: it starts only when so much is left." }),
  })
  .meta({ id: 'Step', description: 'One step of the workflow.' });

/** The keys of a workflow beside `steps`, and what each may hold. */
export const workflowShape = z.strictObject({
  name: text.max(200).meta({ description: 'What runs of it are listed under.' }),
  version: z.int().min(1).optional().meta({ description: 'Raised by the author when the workflow changes; from 1.' }),
  description: z.string().optional().meta({ description: 'For people.' }),
  input: z
    .union([z.record(z.string(), json), z.boolean()], { error: 'expected a JSON Schema' })
    .optional()
    .meta({ description: 'JSON Schema of the input.' }),
  budget: budgetShape.optional(),
  deadline: duration
    .refine((value) => readDuration(value) !== 0, { error: 'expected more than 0' })
    .optional()
    .meta({ description: 'How long after its creation a run that has not ended is ended as failed.' }),
  breaker: breakerShape.optional(),
  queue: text.max(128).optional().meta({ description: 'The queue whose workers take the runs. Default "default".' }),
  priority: z.int().min(-1_000_000).max(1_000_000).optional().meta({ description: 'Higher runs first. Default 0.' }),
  tags: z.record(z.string(), z.string()).optional().meta({ description: 'Names and values to find runs by.' }),
  steps: z
    .array(stepShape)
    .min(1)
    .meta({ description: 'The steps. Each needs the one before it, unless it says otherwise.' }),
  output: json.optional().meta({ description: `The run's output; may hold \${{ expressions }}. Default null.` }),
});

/** A workflow without a look into its steps, which are checked one by one. */
export const workflowFrame = workflowShape.extend({ steps: z.array(z.unknown()).min(1) });

/** The keys of a workflow. */
export const WORKFLOW_KEYS: readonly string[] = Object.keys(workflowShape.shape);
/** The keys of a step, of whatever type. */
export const STEP_KEYS: readonly string[] = Object.keys(stepShape.shape);
