import type { StandardSchemaV1 } from '@standard-schema/spec';
import { InputInvalidError } from '../definition/input-invalid-error.js';
import { joinPath } from '../expressions/join-path.js';
import type { Program } from '../program.js';

/**
 * What a run's function will get: the input as its schema makes it; as it is for a workflow as data.
 *
 * Throws `InputInvalidError`, and `TypeError` for a schema that answers later: the run is to be created at once.
 */
export function checkedInput(program: Program, input: unknown): unknown {
  if (program.kind === 'data' || program.input === undefined) return input;
  const checked = program.input['~standard'].validate(input);
  if (checked instanceof Promise)
    throw new TypeError(
      `The input schema of "${program.name}" answers with a promise; it has to answer at once. Check what needs waiting in a step.`,
    );
  if (checked.issues === undefined) return checked.value;
  throw new InputInvalidError(
    program.name,
    checked.issues.map(({ message, path = [] }) => ({ path: shown(path), message })),
  );
}

function shown(path: readonly (PropertyKey | StandardSchemaV1.PathSegment)[]): string {
  return path
    .map((part) => (typeof part === 'object' ? part.key : part))
    .reduce<string>((joined, key) => joinPath(joined, typeof key === 'symbol' ? String(key) : key), 'input');
}
