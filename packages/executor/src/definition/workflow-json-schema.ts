import { z } from 'zod';
import { STEP_KEYS, workflowShape } from './definition-shape.js';

/** The step types that come with the project; a step of any other may be a plain function's, with keys of its own. */
const BUILT_IN_TYPES = ['shell', 'http', 'file', 'transform', 'sleep', 'wait-for-signal', 'approval', 'workflow'];

/** The schema's name; editors are pointed at the file, by its path in node_modules. */
export const WORKFLOW_SCHEMA_ID = 'urn:sisyphus-state:workflow';

/**
 * The JSON Schema (2020-12) of a workflow definition, for the completion of editors.
 *
 * It covers the language, what this release can't run yet included; what a schema can't say (needs, expressions) is for
 * `sisyphus check`. The published file is kept equal to it by a test.
 */
export function workflowJsonSchema(): Readonly<Record<string, unknown>> {
  const { $defs = {}, $schema, ...schema } = z.toJSONSchema(workflowShape, { target: 'draft-2020-12', io: 'input' });
  return {
    $schema,
    $id: WORKFLOW_SCHEMA_ID,
    title: 'Sisyphus State workflow',
    ...schema,
    $defs: { ...$defs, Step: { ...$defs.Step, allOf: [onlyKnownKeys()] } },
  };
}

function onlyKnownKeys(): Readonly<Record<string, unknown>> {
  const isBuiltIn = { required: ['type'], properties: { type: { enum: BUILT_IN_TYPES } } };
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword, in data that nobody awaits.
  return { if: isBuiltIn, then: { propertyNames: { enum: STEP_KEYS } } };
}
