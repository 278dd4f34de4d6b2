import { suggestName } from './closest.js';
import type { Finding, IssuePath } from './definition-issue.js';
import type { DefinitionOptions } from './definition-options.js';
import { isEngineType } from './engine-types.js';
import { NOT_SUPPORTED_YET } from './not-supported-yet.js';

/** Checks that somebody can carry out a type: the engine, or one of the handlers there are, if they are known. */
export function checkType(type: string, path: IssuePath, options: DefinitionOptions): readonly Finding[] {
  const { hasHandler, handlerTypes = [] } = options;
  if (NOT_SUPPORTED_YET.stepTypes.includes(type)) return [notSupported(`the step type \`${type}\``, path, false)];
  if (isEngineType(type) || hasHandler === undefined || hasHandler(type)) return [];
  const otherwise =
    handlerTypes.length === 0
      ? 'Register a handler of that type.'
      : `The handlers there are: ${handlerTypes.join(', ')}.`;
  const remedy = suggestName(type, handlerTypes, otherwise);
  return [{ code: 'HANDLER_NOT_FOUND', path, message: `there is no handler of type "${type}"`, remedy }];
}

/** What is said of a part of the language that this release can't run. */
export function notSupported(what: string, path: IssuePath, atKey: boolean): Finding {
  const message = `${what} is part of the language, but this release can't run it yet`;
  return { code: 'NOT_SUPPORTED_YET', path, atKey, message, remedy: 'Take it out, or wait for a release that can.' };
}
