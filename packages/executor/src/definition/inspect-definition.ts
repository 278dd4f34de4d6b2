import { isJsonObject, type JsonObject, type JsonValue } from '../expressions/json-value.js';
import { checkStepExpressions, checkTemplate } from './check-expressions.js';
import { knownSteps } from './check-mentions.js';
import { checkNeeds } from './check-needs.js';
import { checkShape } from './check-shape.js';
import { checkStep, checkWorkflowSupport } from './check-steps.js';
import type { StepDefinition, WorkflowDefinition } from './definition.js';
import { type DefinitionIssue, type Finding, type IssuePath, showPath } from './definition-issue.js';
import type { DefinitionOptions } from './definition-options.js';
import { splitCall } from './inline-workflow.js';
import { compileInputSchema } from './input-schema.js';
import { plainJson } from './plain-json.js';
import { MAX_DEFINITION_BYTES, readDefinitionText } from './read-definition-text.js';
import { stepCalls } from './step-calls.js';

/** All there is to say about a definition; without errors, the definition itself. */
export interface DefinitionInspection {
  /** Frozen plain JSON, as written; null when an issue is an error. */
  readonly definition: WorkflowDefinition | null;
  /** In the order of the text, or of the steps. */
  readonly issues: readonly DefinitionIssue[];
}

/** Inspects a definition given as an object. Never throws. */
export function inspectDefinition(value: unknown, options: DefinitionOptions = {}): DefinitionInspection {
  const { value: json, findings } = plainJson(value);
  const all = [...(findings.length > 0 ? findings : findAll(json, options))].sort(
    (left, right) => rank(left) - rank(right),
  );
  return conclude(
    json,
    all.map((finding) => toIssue(finding, json, NOWHERE)),
  );
}

/** Inspects a definition given as YAML or JSON text. Never throws. */
export function inspectDefinitionText(
  text: string,
  options: DefinitionOptions & { readonly maxBytes?: number } = {},
): DefinitionInspection {
  const read = readDefinitionText(text, options.maxBytes ?? MAX_DEFINITION_BYTES);
  if (read.issues.length > 0) return { definition: null, issues: read.issues };
  const issues = findAll(read.value, options).map((finding) => toIssue(finding, read.value, read.locate(finding)));
  return conclude(read.value, issues);
}

const NOWHERE = { line: null, column: null };

/** Without a text to go by: the workflow's own keys, then the steps in order. */
function rank({ path: [key, index] }: Finding): number {
  return key === 'steps' && typeof index === 'number' ? index : -1;
}

function conclude(json: JsonValue, issues: readonly DefinitionIssue[]): DefinitionInspection {
  const sorted = [...issues].sort(
    (left, right) => (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0),
  );
  if (sorted.some((issue) => issue.severity === 'error') || !isJsonObject(json))
    return { definition: null, issues: sorted };
  // Every key was checked against the shape of a definition.
  return { definition: json as unknown as WorkflowDefinition, issues: sorted };
}

function toIssue(finding: Finding, json: JsonValue, place: Pick<DefinitionIssue, 'line' | 'column'>): DefinitionIssue {
  const { code, severity = 'error', path, message, remedy = null } = finding;
  const stepId = path[0] === 'steps' && typeof path[1] === 'number' ? idsOf(json)[path[1]] : null;
  return { code, severity, path: showPath(path), stepId: stepId ?? null, message, remedy, ...place };
}

function findAll(json: JsonValue, options: DefinitionOptions): readonly Finding[] {
  const shape = checkShape(json);
  if (!isJsonObject(json)) return shape.findings;
  // A step that passed the shape is a step; the others take part with their id only.
  const steps = shape.steps as readonly (StepDefinition | null)[];
  const needs = checkNeeds(idsOf(json), steps);
  const known = knownSteps(needs.indexes, needs.isNeeded);
  const findings = [...shape.findings, ...needs.findings, ...checkWorkflowSupport(json), ...checkInput(json)];
  for (const [index, step] of steps.entries()) {
    if (step === null) continue;
    findings.push(...checkStep(step, index, options), ...checkStepExpressions(step, index, known));
    findings.push(...checkInlineWorkflows(step, index, options));
  }
  const { output } = json;
  return output === undefined
    ? findings
    : [...findings, ...checkTemplate(output, ['output'], { known, step: null, item: null })];
}

/** A workflow that is written into a step is checked as any other, with what its own runs see. */
function checkInlineWorkflows(step: StepDefinition, index: number, options: DefinitionOptions): readonly Finding[] {
  const calls = [{ path: [], call: step }, ...stepCalls(step)];
  return calls.flatMap(({ path, call }) => {
    const { inline } = splitCall(call);
    if (inline === null) return [];
    const at: IssuePath = ['steps', index, ...path, 'with', 'workflow'];
    return findAll(inline, options).map((finding) => ({ ...finding, path: [...at, ...finding.path] }));
  });
}

const ids = new WeakMap<JsonObject, readonly (string | null)[]>();

/** The id of each step, as far as it is a text. */
function idsOf(json: JsonValue): readonly (string | null)[] {
  if (!isJsonObject(json) || !Array.isArray(json.steps)) return [];
  const known = ids.get(json);
  if (known !== undefined) return known;
  const read = json.steps.map((step: JsonValue) =>
    isJsonObject(step) && typeof step.id === 'string' && step.id !== '' ? step.id : null,
  );
  ids.set(json, read);
  return read;
}

function checkInput({ input }: JsonObject): readonly Finding[] {
  if (typeof input !== 'boolean' && !isJsonObject(input)) return [];
  const compiled = compileInputSchema(input);
  if (compiled.ok) return [];
  return compiled.issues.map(({ path, message }): Finding => {
    const at = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    const remedy = message.includes('regexp')
      ? 'Patterns have no lookaround and no backreferences.'
      : 'See https://json-schema.org/specification for 2020-12.';
    return {
      code: 'INPUT_SCHEMA_INVALID',
      path: ['input', ...at],
      message: `the JSON Schema is not valid: ${message}`,
      remedy,
    };
  });
}
