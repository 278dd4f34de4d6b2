import { CALLABLE } from '../expressions/cel-environment.js';
import type { ExpressionFault } from '../expressions/inspect-expression.js';
import { showStep } from './check-steps.js';
import { closestName } from './closest.js';

/** What other languages call it, and what it is here. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  length: 'Use size(x).',
  len: 'Use size(x).',
  count: 'Use size(list.filter(x, …)).',
  toLowerCase: 'Use .lowerAscii().',
  lower: 'Use .lowerAscii().',
  toUpperCase: 'Use .upperAscii().',
  upper: 'Use .upperAscii().',
  includes: 'Use .contains(…) for a text, `x in list` for a list.',
  some: 'Use .exists(x, …).',
  any: 'Use .exists(x, …).',
  every: 'Use .all(x, …).',
  find: 'Use .filter(x, …)[0].',
  toString: 'Use string(x).',
  str: 'Use string(x).',
  concat: 'Use +.',
  replaceAll: 'Use .replace(old, new), which replaces all.',
  match: 'Use .matches(pattern) or .extract(pattern).',
  test: 'Use .matches(pattern).',
  fromJson: 'Use parseJson(text).',
  toJson: 'Use json(x).',
  unique: 'Use .distinct().',
  now: 'Expressions give the same on every replay, so there is no clock: take the time in a step, or pass it as input.',
  random: 'Expressions give the same on every replay, so there is no chance: draw in a step, or pass it as input.',
  uuid: 'Expressions give the same on every replay: use run.id, or make one in a step.',
  env: 'Expressions read no environment: pass it as input.',
  json: 'Use json(x) for the text, parseJson(text) for the value.',
  getDayOfYear: 'It depends on the time zone of the machine, so it is left out.',
};

/** Says what is wrong with an expression, and what to do about it; `bracketed` are the ids that `steps.` can't be followed by. */
export function explainFault(
  fault: ExpressionFault,
  source: string,
  bracketed: readonly string[],
): { readonly message: string; readonly remedy: string | null } {
  const { message, unknownFunction } = fault;
  if (unknownFunction !== null) return { message, remedy: functionRemedy(unknownFunction) };
  const misread = bracketed.find((id) => source.includes(`steps.${id}`));
  if (misread !== undefined) return { message, remedy: `Write ${showStep(misread)} for the step "${misread}".` };
  return { message, remedy: syntaxRemedy(message, source) };
}

function functionRemedy(name: string): string {
  const known = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : undefined;
  if (known !== undefined) return known;
  const near = closestName(name, CALLABLE);
  return near === null ? `The functions there are: ${[...CALLABLE].sort().join(', ')}.` : `Did you mean \`${near}\`?`;
}

function syntaxRemedy(message: string, source: string): string | null {
  if (message.startsWith('Ternary branches')) return 'Wrap one of them in dyn(…).';
  if (message.startsWith('no such overload')) return 'Convert with string(…), int(…) or double(…).';
  if (/===|!==/.test(source)) return 'Compare with == or !=.';
  if (/\b(and|or|not)\b/.test(source)) return 'Write &&, || and !.';
  if (source.includes('`')) return 'Texts stand in single or double quotes.';
  if (/\|\s*\w/.test(source) && !source.includes('||')) return 'There are no filters with |; call a function.';
  return null;
}
