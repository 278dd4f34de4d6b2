import type { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../expressions/json-value.js';
import { suggestName } from './closest.js';
import type { Finding, IssuePath } from './definition-issue.js';
import { STEP_KEYS, stepShape, WORKFLOW_KEYS, workflowFrame } from './definition-shape.js';

/** What the shape of a definition allows to go on with. */
export interface ShapeCheck {
  readonly findings: readonly Finding[];
  /** The workflow's own keys, each as it should be; null when they are not. */
  readonly isFrameSound: boolean;
  /** The steps that are as they should be, at their index; null for the others. */
  readonly steps: readonly (JsonObject | null)[];
}

/** Checks that every key is known and holds what it may hold; keys a step may have beside them are for `checkSteps`. */
export function checkShape(definition: JsonValue): ShapeCheck {
  if (!isJsonObject(definition)) {
    const message = `a workflow is an object with name and steps, this is ${kindOf(definition)}`;
    return {
      findings: [{ code: 'WRONG_VALUE', path: [], message, remedy: 'Start with `name:` and `steps:`.' }],
      isFrameSound: false,
      steps: [],
    };
  }
  const frame = findingsOf(workflowFrame, definition, []);
  const written = definition.steps;
  const steps: (JsonObject | null)[] = [];
  const findings = [...frame];
  for (const [index, step] of (Array.isArray(written) ? written : []).entries()) {
    const wrong = findingsOf(stepShape, step, ['steps', index]);
    steps.push(wrong.length === 0 && isJsonObject(step) ? step : null);
    findings.push(...wrong);
  }
  return { findings, isFrameSound: frame.length === 0, steps };
}

function findingsOf(shape: z.ZodType, value: JsonValue, at: IssuePath): readonly Finding[] {
  const parsed = shape.safeParse(value);
  if (parsed.success) return [];
  const findings = parsed.error.issues.flatMap((issue) => toFindings(issue, value, at));
  // One thing to say of a value is enough: what fails one check of it mostly fails the next.
  return findings.filter((finding, index) => index === findings.findIndex((other) => isSame(finding, other)));
}

function isSame(left: Finding, right: Finding): boolean {
  return left.code === right.code && left.path.join('\0') === right.path.join('\0');
}

function toFindings(issue: z.core.$ZodIssue, root: JsonValue, at: IssuePath): readonly Finding[] {
  const inner = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const path = [...at, ...inner];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, knownKeys(path)));
  const value = valueAt(root, inner);
  if (value === undefined) {
    const key = String(inner.at(-1));
    const message = `${at.length === 0 ? 'the workflow' : inner.length > 1 ? `\`${inner.at(-2)}\`` : 'the step'} has no \`${key}\``;
    return [{ code: 'MISSING_KEY', path: path.slice(0, -1), message, remedy: REMEDIES[key] ?? `Add \`${key}\`.` }];
  }
  const message = `${subject(inner)}${describeIssue(issue, value)}`;
  const key = inner.findLast((part) => typeof part === 'string') ?? '';
  return [{ code: 'WRONG_VALUE', path, message, remedy: REMEDIES[key] ?? null }];
}

/** An issue for a key nobody knows, with the known one that is nearest. */
export function unknownKey(key: string, owner: IssuePath, known: readonly string[]): Finding {
  const remedy = suggestName(key, known, `The keys there are: ${known.join(', ')}.`);
  return { code: 'UNKNOWN_KEY', path: [...owner, key], atKey: true, message: `unknown key \`${key}\``, remedy };
}

const NESTED_KEYS: Readonly<Record<string, readonly string[]>> = {
  budget: ['steps', 'attempts', 'duration', 'tokens', 'cost'],
  breaker: ['errors', 'outputs'],
  retry: ['attempts', 'backoff', 'factor', 'maxBackoff', 'jitter'],
  needs: ['step', 'optional'],
  fallback: ['type', 'with'],
  compensate: ['type', 'with'],
  repeat: ['until', 'max'],
  reserve: ['tokens', 'cost'],
};

function knownKeys(owner: IssuePath): readonly string[] {
  const name = owner.findLast((part) => typeof part === 'string') ?? '';
  if (owner.length === 0) return WORKFLOW_KEYS;
  return NESTED_KEYS[name] ?? STEP_KEYS;
}

const REMEDIES: Readonly<Record<string, string>> = {
  id: 'Give each step an id such as `build`.',
  name: 'Add `name: my-workflow`.',
  type: 'Name a handler, such as `type: shell`.',
  steps: 'Add `steps:` with a list of steps, each with an `id` and a `type`.',
  needs: 'Write `needs: [first, second]`, or `needs: [{ step: first, optional: true }]`.',
  retry: 'Write `retry: { attempts: 3, backoff: 1s }`.',
  as: 'Write a name such as `as: item`.',
  foreach: `Write \`foreach: \${{ steps.list.output.items }}\`.`,
  if: `Write \`if: \${{ steps.test.output.ok }}\`.`,
  version: 'Write a whole number from 1, such as `version: 2`.',
  input: 'Write a JSON Schema, such as `{ type: object, required: [repo] }`.',
  budget: 'Write `budget: { steps: 200, duration: 30m, tokens: 100000, cost: 2.50 }`.',
  reserve: 'Write `reserve: { tokens: 5000, cost: 0.10 }`.',
  deadline: 'Write a duration such as `deadline: 3d`.',
  breaker: 'Write `breaker: 5`, or `breaker: { errors: 5, outputs: 20 }`.',
  tags: 'Write names with texts, such as `tags: { team: web }`; put numbers in quotes.',
};

function valueAt(root: JsonValue, path: IssuePath): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const part of path) {
    if (Array.isArray(value) && typeof part === 'number') value = value[part];
    else if (isJsonObject(value) && typeof part === 'string' && Object.hasOwn(value, part)) value = value[part];
    else return undefined;
  }
  return value;
}

function subject(path: IssuePath): string {
  const key = path.at(-1);
  if (key === undefined) return '';
  return typeof key === 'number' ? `item ${key + 1} of \`${path.at(-2)}\`: ` : `\`${key}\`: `;
}

function describeIssue(issue: z.core.$ZodIssue, value: JsonValue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${KINDS[issue.expected] ?? issue.expected}, got ${kindOf(value)}`;
    case 'too_small':
      return typeof value === 'number' ? `expected ${issue.minimum} or more, got ${value}` : 'it is empty';
    case 'too_big':
      return `expected at most ${issue.maximum}${typeof value === 'number' ? `, got ${value}` : ' characters'}`;
    case 'invalid_value':
      return `expected one of ${issue.values.map((allowed) => `\`${String(allowed)}\``).join(', ')}, got ${kindOf(value)}`;
    default:
      return `${issue.message}, got ${kindOf(value)}`;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

/** A value in a few words. */
export function kindOf(value: JsonValue): string {
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'string') return String(value);
  return value.length <= 60 ? JSON.stringify(value) : `a text of ${value.length} characters`;
}
