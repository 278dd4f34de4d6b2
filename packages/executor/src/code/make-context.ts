import { randomUUID } from 'node:crypto';
import type { WorkflowDefinition } from '../definition/definition.js';
import type { Workflow } from '../workflow.js';
import { FUNCTION_TYPE, type StepAsked, TRANSACTION_TYPE } from './code-step.js';
import { isCodeWorkflow } from './code-workflow.js';
import { StepLabels } from './step-labels.js';
import { StepScope } from './step-scope.js';
import type { CallOptions, StepCall, StepFunction, StepOptions, WorkflowContext } from './workflow-context.js';

/** What the context of a workflow's function is made of. */
export interface ContextPorts {
  readonly runId: string;
  /** Gives the promise of a step that is asked for. */
  readonly ask: (asked: StepAsked) => Promise<unknown>;
  /** The result of a completed step, as it is stored. */
  readonly resultOf: (key: string) => unknown;
  /** Gives a value as it was recorded, or makes and records one. */
  readonly record: (key: string, type: string, make: () => unknown) => unknown;
  /** Whether the journal still knows more than the function has asked for. */
  readonly isReplaying: () => boolean;
  readonly now: () => number;
}

/** A step that is asked for, by its label. */
type AskedOf = Omit<StepAsked, 'key' | 'compensate'> & { readonly label: string };

const milliseconds = (date: Date): number => date.getTime();

/**
 * Makes the context of a workflow's function; whatever is asked of it goes to the ports, in the order in which it is asked.
 *
 * The functions of steps are refused all of it: `ContextInStepError`.
 */
export function makeContext(ports: ContextPorts): WorkflowContext {
  const labels = new StepLabels();
  const scope = new StepScope(ports.runId);
  const ask = (method: string, { run, transact, ...asked }: AskedOf, compensate?: StepOptions['compensate']) => {
    scope.refuse(method, asked.label);
    const { label, type, with: input, options } = asked;
    const key = labels.next(label);
    return ports.ask({
      ...{ key, type, with: input, options },
      run: run && ((attempt) => scope.enter(key, () => run(attempt))),
      transact: transact && ((tx) => scope.enter(key, () => transact(tx))),
      compensate:
        typeof compensate === 'function'
          ? (attempt) => scope.enter(`${key}/compensate`, () => compensate(ports.resultOf(key), attempt))
          : (compensate ?? null),
    });
  };
  const value = (type: string, make: () => unknown) => {
    scope.refuse(type);
    return ports.record(labels.count(`$${type}`), type, make);
  };
  const context: Untyped = {
    runId: ports.runId,
    step: (label, given, options = {}) => {
      if (typeof given === 'function') {
        const { compensate, ...others } = options;
        return ask('step', { label, type: FUNCTION_TYPE, with: undefined, options: others, run: given }, compensate);
      }
      const { type, with: input, compensate, ...others } = given;
      return ask('step', { label, type, with: input, options: others }, compensate);
    },
    sleep: (label, until) => {
      const input = until instanceof Date ? { until: milliseconds(until) } : { for: until };
      return ask('sleep', { label, type: 'sleep', with: input, options: {} });
    },
    waitForSignal: (signal, { timeout } = {}) =>
      ask('waitForSignal', { label: signal, type: 'wait-for-signal', with: { signal, timeout }, options: {} }),
    call: (label, workflow, input, { retry, ...options } = {}) => {
      const asked = { ...options, workflow: nameOf(workflow), input };
      return ask('call', { label, type: 'workflow', with: asked, options: retry === undefined ? {} : { retry } });
    },
    transaction: (label, transact, options = {}) =>
      ask('transaction', { label, type: TRANSACTION_TYPE, with: undefined, options, transact }),
    patched: (id) => {
      scope.refuse('patched', id);
      const isOld = ports.isReplaying();
      // Decided once: a run that went the old way at first goes it to its end.
      return ports.record(`$patched:${id}`, 'patched', () => !isOld) === true;
    },
    now: () => value('now', ports.now),
    random: () => value('random', Math.random),
    uuid: () => value('uuid', randomUUID),
  };
  // The journal gives back what the function's own code put in: its types are the caller's word.
  return Object.freeze(context) as WorkflowContext;
}

/** Code is called by name and version, as the executor knows it; data goes along whole. */
function nameOf(workflow: Workflow | string): WorkflowDefinition | string {
  return isCodeWorkflow(workflow) ? `${workflow.name}@${workflow.version}` : workflow;
}

/** The context before the caller's own types: every value is JSON from the journal. */
interface Untyped {
  readonly runId: string;
  readonly step: (
    label: string,
    given: StepFunction<unknown> | (StepCall & { readonly with?: unknown }),
    options?: StepOptions,
  ) => Promise<unknown>;
  readonly sleep: (label: string, until: string | number | Date) => Promise<unknown>;
  readonly waitForSignal: (name: string, options?: { readonly timeout?: string | number }) => Promise<unknown>;
  readonly call: (
    label: string,
    workflow: Workflow | string,
    input?: unknown,
    options?: CallOptions,
  ) => Promise<unknown>;
  readonly transaction: (
    label: string,
    run: (tx: unknown) => unknown,
    options?: Pick<StepOptions, 'retry'>,
  ) => Promise<unknown>;
  readonly patched: (id: string) => boolean;
  readonly now: () => unknown;
  readonly random: () => unknown;
  readonly uuid: () => unknown;
}
