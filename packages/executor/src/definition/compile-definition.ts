import { createHash } from 'node:crypto';
import { compileValue } from '../expressions/compile-value.js';
import type { JsonValue } from '../expressions/json-value.js';
import { CompiledStep } from './compiled-step.js';
import type { WorkflowDefinition } from './definition.js';
import { canonicalJson } from './definition-hash.js';
import { InputInvalidError } from './input-invalid-error.js';
import { compileInputSchema, type InputValidator } from './input-schema.js';
import { once } from './once.js';
import type { Plan } from './plan.js';
import { indexSteps, resolveNeeds } from './resolve-needs.js';

const plans = new WeakMap<WorkflowDefinition, Plan>();

/**
 * Compiles a definition to the plan that the engine walks; the same definition object gives the same plan.
 *
 * Takes only definitions that were checked (`checkDefinition`, `parseDefinition`) or stored, and checks nothing again.
 */
export function compileDefinition(definition: WorkflowDefinition): Plan {
  const known = plans.get(definition);
  if (known !== undefined) return known;
  const plan = compile(definition);
  plans.set(definition, plan);
  return plan;
}

const OUTPUT = { owner: 'the workflow', path: 'output' };

function compile(definition: WorkflowDefinition): Plan {
  const { needs } = resolveNeeds(definition.steps, indexSteps(definition.steps.map((step) => step.id)));
  const steps = definition.steps.map((source, index) => new CompiledStep(source, index, needs[index] ?? []));
  // A checked definition is plain JSON.
  const canonical = once(() => canonicalJson(definition as unknown as JsonValue));
  const hash = once(() => createHash('sha256').update(canonical()).digest('hex'));
  const byId = once(() => new Map(steps.map((step) => [step.id, step])));
  const output = once(() => (definition.output === undefined ? null : compileValue(definition.output, OUTPUT)));
  const validate = once(() => inputValidator(definition));
  return {
    kind: 'data',
    definition,
    name: definition.name,
    version: definition.version ?? null,
    steps,
    get canonical() {
      return canonical();
    },
    get hash() {
      return hash();
    },
    get byId() {
      return byId();
    },
    get output() {
      return output();
    },
    checkInput: (input) => {
      const issues = validate()(input);
      if (issues.length > 0) throw new InputInvalidError(definition.name, issues);
    },
  };
}

function inputValidator(definition: WorkflowDefinition): InputValidator {
  if (definition.input === undefined) return () => [];
  const compiled = compileInputSchema(definition.input);
  if (compiled.ok) return compiled.validate;
  return () =>
    compiled.issues.map((issue) => ({ path: 'input', message: `has a schema that is not valid: ${issue.message}` }));
}
