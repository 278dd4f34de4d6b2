import type { Mention, StepMention } from '../expressions/inspect-expression.js';
import type { ParsedExpression } from '../expressions/parse-expression.js';
import { RUN_FIELDS, SCOPE_NAMES } from '../expressions/scope.js';
import { STEP_FIELDS } from '../expressions/steps-table.js';
import { listNames } from './check-needs.js';
import { isPlainId, showStep } from './check-steps.js';
import { closestName, suggestName } from './closest.js';
import type { DefinitionIssueCode, Finding, IssuePath } from './definition-issue.js';
import type { NeedsClosure } from './needs-closure.js';

/** The steps an expression may mention. */
export interface KnownSteps {
  readonly indexes: ReadonlyMap<string, number>;
  /** Those that can't be written after `steps.`, longest first. */
  readonly bracketed: readonly string[];
  /** Null when needs have a cycle. */
  readonly isNeeded: NeedsClosure | null;
}

/** Where an expression stands. */
export interface ExpressionPlace {
  readonly known: KnownSteps;
  /** The step it belongs to; null for the workflow's output, which comes after all of them. */
  readonly step: number | null;
  /** The name of the `foreach` item it sees; null when it sees none. */
  readonly item: string | null;
  /** The name of the item that the step has, but that is not known here. */
  readonly hiddenItem?: string | null;
  /** The fields of the step itself that are there already. */
  readonly ownFields?: readonly string[];
}

/** Where an expression is written: the value it stands in, its characters there, and how many of them come before it. */
export interface ExpressionSpot {
  readonly path: IssuePath;
  readonly written: string;
  readonly shift: number;
}

/** Lists the steps of a definition for the checks of its expressions. */
export function knownSteps(indexes: ReadonlyMap<string, number>, isNeeded: NeedsClosure | null): KnownSteps {
  const bracketed = [...indexes.keys()]
    .filter((id) => !isPlainId(id))
    .sort((left, right) => right.length - left.length);
  return { indexes, bracketed, isNeeded };
}

/** Checks that the variables, steps and fields an expression mentions are there, and that its steps are needed. */
export function checkMentions(
  expression: ParsedExpression,
  spot: ExpressionSpot,
  place: ExpressionPlace,
): readonly Finding[] {
  const report = (code: DefinitionIssueCode, at: number, message: string, remedy: string): Finding => ({
    code,
    path: spot.path,
    within: { text: spot.written, offset: spot.shift + at },
    message,
    remedy,
  });
  const misread = expression.steps.flatMap((mention) => findMisread(expression.text, mention, place.known));
  const isInMisread = ({ offset }: Mention): boolean =>
    misread.some(({ id, mention }) => offset >= mention.offset && offset < mention.offset + id.length);
  return [
    ...misread.map(({ id, mention }) =>
      report(
        'EXPRESSION_INVALID',
        mention.offset,
        `steps.${id} does not read as the step "${id}"`,
        `Write ${showStep(id)}.`,
      ),
    ),
    ...expression.variables
      .filter((variable) => !isInMisread(variable))
      .flatMap((variable) => checkVariable(variable, place, report)),
    ...expression.steps
      .filter((mention) => !isInMisread(mention))
      .flatMap((mention) => checkStepMention(mention, place, report)),
    ...expression.runFields.flatMap((field) => checkRunField(field, report)),
  ];
}

type Report = (code: DefinitionIssueCode, at: number, message: string, remedy: string) => Finding;

/** `steps.build-site` is the step `build` minus a variable `site`, unless someone says so. */
function findMisread(
  text: string,
  mention: StepMention,
  known: KnownSteps,
): readonly { readonly id: string; readonly mention: Mention }[] {
  const id = known.bracketed.find((each) => each.length > mention.name.length && text.startsWith(each, mention.offset));
  return id === undefined ? [] : [{ id, mention }];
}

function checkVariable(
  { name, offset }: Mention,
  { item, hiddenItem = null }: ExpressionPlace,
  report: Report,
): readonly Finding[] {
  const names: readonly string[] = item === null ? SCOPE_NAMES : [...SCOPE_NAMES, item, 'index'];
  if (names.includes(name)) return [];
  const isHidden = hiddenItem !== null && (name === hiddenItem || name === 'index');
  const remedy = isHidden
    ? 'The item of a `foreach` is known in its `with` only; leave items out with .filter(x, …) in the `foreach`.'
    : suggestName(name, names, `The variables here are: ${names.join(', ')}.`);
  return [report('UNKNOWN_VARIABLE', offset, `there is no variable ${name} here`, remedy)];
}

function checkStepMention(mention: StepMention, place: ExpressionPlace, report: Report): readonly Finding[] {
  const { known, step } = place;
  const index = known.indexes.get(mention.name);
  if (index === undefined) {
    const near = closestName(mention.name, known.indexes.keys());
    const remedy =
      near === null ? `The steps there are: ${listNames(known.indexes.keys())}.` : `Did you mean ${showStep(near)}?`;
    return [report('UNKNOWN_STEP', mention.offset, `there is no step "${mention.name}"`, remedy)];
  }
  return [...checkField(mention, report), ...(step === null ? [] : checkOrder(mention, index, step, place, report))];
}

function checkField({ name, field }: StepMention, report: Report): readonly Finding[] {
  if (field === null || STEP_FIELDS.some((known) => known === field.name)) return [];
  const remedy = `Did you mean ${showStep(name)}.output.${field.name}? A step has ${STEP_FIELDS.join(', ')}.`;
  return [report('UNKNOWN_FIELD', field.offset, `a step has no field ${field.name}`, remedy)];
}

function checkOrder(
  mention: StepMention,
  index: number,
  step: number,
  { known, ownFields = [] }: ExpressionPlace,
  report: Report,
): readonly Finding[] {
  if (index === step && ownFields.includes(mention.field?.name ?? '')) return [];
  if (known.isNeeded === null || known.isNeeded(step, index)) return [];
  const message =
    index === step
      ? `the step reads its own output, which is null until it has ended`
      : `this step does not need "${mention.name}", whose output may not be there yet and then is null`;
  const remedy = index === step ? 'Read an earlier step.' : `Add "${mention.name}" to \`needs\`.`;
  return [{ ...report('STEP_NOT_NEEDED', mention.offset, message, remedy), severity: 'warning' }];
}

function checkRunField({ name, offset }: Mention, report: Report): readonly Finding[] {
  if (RUN_FIELDS.some((field) => field === name)) return [];
  const remedy = suggestName(name, RUN_FIELDS, `It has ${RUN_FIELDS.join(', ')}.`);
  return [report('UNKNOWN_FIELD', offset, `the run has no field ${name}`, remedy)];
}
