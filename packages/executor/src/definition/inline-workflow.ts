import { type CompiledValue, compileValue, type ValuePlace } from '../expressions/compile-value.js';
import { frozenObject, isJsonObject, type JsonObject, type JsonValue } from '../expressions/json-value.js';
import type { CallDefinition } from './definition.js';

/** What a call is given, apart from a workflow that is written into it. */
export interface CallParts {
  /** The workflow of a `workflow` step that is written out there, and not named; null for any other call. */
  readonly inline: JsonObject | null;
  /** All else, whose texts are templates. */
  readonly input: JsonValue;
}

/** Takes a workflow that is written into a call apart from the rest: its expressions are those of its own runs. */
export function splitCall({ type, with: input = {} }: CallDefinition): CallParts {
  if (type !== 'workflow' || !isJsonObject(input)) return { inline: null, input };
  const { workflow, ...others } = input;
  return workflow !== undefined && isJsonObject(workflow)
    ? { inline: workflow, input: others }
    : { inline: null, input };
}

/** Compiles what a call is given; a workflow that is written into it stays as it is. */
export function compileCall(call: CallDefinition, place: ValuePlace): CompiledValue {
  const { inline, input } = splitCall(call);
  const compiled = compileValue(input, place);
  if (inline === null) return compiled;
  const { node, owner } = compiled;
  if (node.kind === 'object') {
    const workflow = ['workflow', { kind: 'constant', value: inline }] as const;
    return { node: { kind: 'object', entries: [...node.entries, workflow] }, owner, isConstant: false };
  }
  // Without expressions an object is a constant one.
  const others = node.kind === 'constant' && isJsonObject(node.value) ? Object.entries(node.value) : [];
  const value = frozenObject([...others, ['workflow', inline] as const]);
  return { node: { kind: 'constant', value }, owner, isConstant: true };
}
