import { randomUUID } from 'node:crypto';
import type { HandlerRun } from '@sisyphus-state/handlers';
import type { WorkflowDefinition } from '../definition/definition.js';
import type { Workflow } from '../workflow.js';
import { FUNCTION_TYPE, type StepAsked, TRANSACTION_TYPE } from './code-step.js';
import { isCodeWorkflow } from './code-workflow.js';
import { StepLabels } from './step-labels.js';
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

const milliseconds = (date: Date): number => date.getTime();

/** Makes the context of a workflow's function; whatever is asked of it goes to the ports, in the order in which it is asked. */
export function makeContext(ports: ContextPorts): WorkflowContext {
  const labels = new StepLabels();
  const ask = (asked: Omit<StepAsked, 'key'>, label: string, compensate?: StepOptions['compensate']) => {
    const key = labels.next(label);
    const { type, with: input, options, run, transact } = asked;
    const isFunction = typeof compensate === 'function';
    const undo = isFunction ? (run: HandlerRun) => compensate(ports.resultOf(key), run) : compensate;
    return ports.ask({ key, type, with: input, options, run, transact, compensate: undo ?? null });
  };
  const value = (type: string, make: () => unknown) => ports.record(labels.count(`$${type}`), type, make);
  const context: Untyped = {
    runId: ports.runId,
    step: (label, given, options = {}) => {
      if (typeof given === 'function') {
        const { compensate, ...others } = options;
        return ask({ type: FUNCTION_TYPE, with: undefined, options: others, run: given }, label, compensate);
      }
      const { type, with: input, compensate, ...others } = given;
      return ask({ type, with: input, options: others }, label, compensate);
    },
    sleep: (label, until) => {
      const input = until instanceof Date ? { until: milliseconds(until) } : { for: until };
      return ask({ type: 'sleep', with: input, options: {} }, label);
    },
    waitForSignal: (signal, { timeout } = {}) =>
      ask({ type: 'wait-for-signal', with: { signal, timeout }, options: {} }, signal),
    call: (label, workflow, input, { retry, ...options } = {}) => {
      const asked = { ...options, workflow: nameOf(workflow), input };
      return ask({ type: 'workflow', with: asked, options: retry === undefined ? {} : { retry } }, label);
    },
    transaction: (label, transact, options = {}) =>
      ask({ type: TRANSACTION_TYPE, with: undefined, options, transact }, label),
    patched: (id) => {
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
