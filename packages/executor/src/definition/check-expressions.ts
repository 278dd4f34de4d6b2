import type { JsonValue } from '../expressions/json-value.js';
import { parseExpression } from '../expressions/parse-expression.js';
import { scanTemplate } from '../expressions/scan-template.js';
import { STEP_FIELDS } from '../expressions/steps-table.js';
import { checkMentions, type ExpressionPlace, type ExpressionSpot, type KnownSteps } from './check-mentions.js';
import type { CallDefinition, StepDefinition } from './definition.js';
import type { Finding, IssuePath } from './definition-issue.js';
import { explainFault } from './explain-fault.js';
import { splitCall } from './inline-workflow.js';
import { readSingleExpression } from './single-expression.js';
import { stepCalls } from './step-calls.js';

/** Checks every expression of a step: that it parses, and that all it mentions is there. */
export function checkStepExpressions(step: StepDefinition, index: number, known: KnownSteps): readonly Finding[] {
  const item = step.foreach === undefined ? null : (step.as ?? 'item');
  const outside: ExpressionPlace = { known, step: index, item: null, hiddenItem: item };
  // What it gave the time before, null at first.
  const ownFields = step.repeat === undefined ? [] : ['output'];
  const inside: ExpressionPlace = { known, step: index, item, ownFields };
  const path: IssuePath = ['steps', index];
  return [
    ...(typeof step.if === 'string' ? checkCondition('if', step.if, [...path, 'if'], outside) : []),
    ...(typeof step.foreach === 'string' ? checkSingle('foreach', step.foreach, [...path, 'foreach'], outside) : []),
    ...(Array.isArray(step.foreach) ? checkTemplate(step.foreach, [...path, 'foreach'], outside) : []),
    ...checkInput(step, path, inside),
    ...(step.repeat === undefined
      ? []
      : checkCondition('until', step.repeat.until, [...path, 'repeat', 'until'], inside)),
    ...stepCalls(step).flatMap(({ key, path: at, call }) =>
      checkInput(call, [...path, ...at], { ...inside, ownFields: OWN_FIELDS[key] }),
    ),
  ];
}

/** What is known of the step itself where it is replaced, or undone. */
const OWN_FIELDS = { fallback: ['status', 'error'], compensate: STEP_FIELDS } as const;

function checkInput(call: CallDefinition, path: IssuePath, place: ExpressionPlace): readonly Finding[] {
  return call.with === undefined ? [] : checkTemplate(splitCall(call).input, [...path, 'with'], place);
}

/** Checks the expressions of a value, however deep they stand. */
export function checkTemplate(value: JsonValue, path: IssuePath, place: ExpressionPlace): readonly Finding[] {
  if (typeof value === 'string') return checkText(value, path, place);
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value))
    return value.flatMap((item: JsonValue, index) => checkTemplate(item, [...path, index], place));
  return Object.entries(value).flatMap(([key, item]) => [
    ...(key.includes('${{') ? [expressionInKey(key, [...path, key])] : []),
    ...checkTemplate(item, [...path, key], place),
  ]);
}

function expressionInKey(key: string, path: IssuePath): Finding {
  const message = `the key ${JSON.stringify(key)} holds an expression, and keys are taken as they are`;
  return {
    code: 'EXPRESSION_IN_KEY',
    path,
    atKey: true,
    message,
    remedy: `Build the object in a value: \`\${{ {input.name: input.value} }}\`.`,
  };
}

function checkText(text: string, path: IssuePath, place: ExpressionPlace): readonly Finding[] {
  const scanned = scanTemplate(text);
  if (!scanned.ok) return [unclosed(text, scanned.offset, path)];
  return scanned.parts.flatMap((part) =>
    part.kind === 'text' ? [] : checkExpression(part.source, inBraces(part.source, path), place),
  );
}

function unclosed(text: string, offset: number, path: IssuePath): Finding {
  const [line = ''] = text.slice(offset).split('\n');
  const remedy = 'Close it, or write $${{ for the characters themselves.';
  return {
    code: 'EXPRESSION_INVALID',
    path,
    within: { text: line, offset: 0 },
    message: `nothing closes this \${{ with }}`,
    remedy,
  };
}

function checkExpression(source: string, spot: ExpressionSpot, place: ExpressionPlace): readonly Finding[] {
  const parsed = parseExpression(source);
  if (parsed.ok) return checkMentions(parsed.expression, spot, place);
  return parsed.faults.map((fault): Finding => {
    const { message, remedy } = explainFault(fault, source, place.known.bracketed);
    const within = { text: spot.written, offset: spot.shift + fault.offset };
    return { code: 'EXPRESSION_INVALID', path: spot.path, within, message, remedy };
  });
}

function inBraces(source: string, path: IssuePath): ExpressionSpot {
  return { path, written: `\${{${source}}}`, shift: 3 };
}

function checkCondition(
  key: 'if' | 'until',
  text: string,
  path: IssuePath,
  place: ExpressionPlace,
): readonly Finding[] {
  const single = readSingleExpression(text);
  if (single.kind === 'text') return checkExpression(text, { path, written: text, shift: 0 }, place);
  return checkSingle(key, text, path, place);
}

function checkSingle(key: SingleKey, text: string, path: IssuePath, place: ExpressionPlace): readonly Finding[] {
  const single = readSingleExpression(text);
  if (single.kind === 'expression') return checkExpression(single.source, inBraces(single.source, path), place);
  return single.kind === 'open' ? checkText(text, path, place) : [notSingle(key, path)];
}

type SingleKey = 'if' | 'until' | 'foreach';

function notSingle(key: SingleKey, path: IssuePath): Finding {
  const message = `\`${key}\` is a text, and takes one expression`;
  const remedy =
    key !== 'foreach'
      ? `Write the whole condition in one \`\${{ … }}\`.`
      : `Write a list, or one expression: \`\${{ steps.list.output.items }}\`.`;
  return { code: 'WRONG_VALUE', path, message, remedy };
}
