import type { CallDefinition, StepDefinition } from './definition.js';
import type { IssuePath } from './definition-issue.js';

/** A call that a step names beside its own, and where it stands in the step. */
export interface StepCall {
  readonly key: 'fallback' | 'compensate';
  readonly path: IssuePath;
  readonly call: CallDefinition;
}

/** Lists what a step may call beside its own handler. */
export function stepCalls({ fallback = [], compensate }: StepDefinition): readonly StepCall[] {
  return [
    ...fallback.map((call, index): StepCall => ({ key: 'fallback', path: ['fallback', index], call })),
    ...(compensate === undefined ? [] : [{ key: 'compensate', path: ['compensate'], call: compensate } as const]),
  ];
}
