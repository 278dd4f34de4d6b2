import { describe, expect, it } from 'vitest';
import type { StepDefinition } from './definition.js';
import { inspectDefinition } from './inspect-definition.js';

function issuesOf(step: Partial<StepDefinition>): readonly string[] {
  const hasHandler = (type: string) => type === 't';
  const steps = [
    { id: 'first', type: 't' },
    { id: 'a', type: 't', ...step },
  ];
  const { issues } = inspectDefinition({ name: 'w', steps }, { hasHandler, handlerTypes: ['t'] });
  return issues.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
}

describe('a step that is repeated', () => {
  it('has its condition checked, with or without braces, and may read what it gave the time before', () => {
    const repeat = (until: string) => issuesOf({ repeat: { until }, with: '${{ steps.a.output }}' });
    expect(repeat('steps.a.output.done')).toEqual([]);
    expect(repeat('${{ steps.a.output.done }}')).toEqual([]);
    expect(repeat('steps.b.output')).toEqual(['error UNKNOWN_STEP steps[1].repeat.until']);
    expect(repeat('so ${{ true }}')).toEqual(['error WRONG_VALUE steps[1].repeat.until']);
    expect(repeat('1 +')).toEqual(['error EXPRESSION_INVALID steps[1].repeat.until']);
  });

  it('does not run over a list as well', () => {
    expect(issuesOf({ foreach: [1], repeat: { until: 'true' } })).toEqual(['error MISPLACED_KEY steps[1].repeat']);
  });

  it('is bounded', () => {
    expect(issuesOf({ repeat: { until: 'true', max: 0 } })).toEqual(['error WRONG_VALUE steps[1].repeat.max']);
    expect(issuesOf({ repeat: { until: 'true', max: 10_001 } })).toEqual(['error WRONG_VALUE steps[1].repeat.max']);
  });
});

describe('what a step calls beside its own handler', () => {
  it('needs a handler of its own', () => {
    expect(issuesOf({ fallback: [{ type: 't' }, { type: 'nobody' }] })).toEqual([
      'error HANDLER_NOT_FOUND steps[1].fallback[1].type',
    ]);
  });

  it('may be a wait, which says what it waits for', () => {
    expect(issuesOf({ fallback: [{ type: 'approval', with: { message: 'By hand?' } }] })).toEqual([]);
    expect(issuesOf({ fallback: [{ type: 'sleep' }] })).toEqual(['error MISSING_KEY steps[1].fallback[0]']);
    expect(issuesOf({ fallback: [{ type: 'sleep', with: { until: 'then' } }] })).toEqual([
      'error WRONG_VALUE steps[1].fallback[0].with',
    ]);
  });

  it('may be a run, also to undo the step', () => {
    const run = { type: 'workflow', with: { workflow: 'other' } };
    expect(issuesOf({ fallback: [run], compensate: run })).toEqual([]);
    expect(issuesOf({ fallback: [{ type: 'workflow' }] })).toEqual(['error MISSING_KEY steps[1].fallback[0]']);
  });

  it('has its expressions checked as `with` has', () => {
    expect(issuesOf({ fallback: [{ type: 't', with: { n: '${{ steps.nobody.output }}' } }] })).toEqual([
      'error UNKNOWN_STEP steps[1].fallback[0].with.n',
    ]);
    expect(issuesOf({ fallback: [{ type: 't', with: '${{ item }}' }] })).toEqual([
      'error UNKNOWN_VARIABLE steps[1].fallback[0].with',
    ]);
    expect(issuesOf({ foreach: [1], fallback: [{ type: 't', with: '${{ item }}' }] })).toEqual([]);
  });

  it('may read how its step failed, and not what it gave: there is nothing', () => {
    expect(issuesOf({ fallback: [{ type: 't', with: '${{ steps.a.error.message + steps.a.status }}' }] })).toEqual([]);
    expect(issuesOf({ fallback: [{ type: 't', with: '${{ steps.a.output }}' }] })).toEqual([
      'warning STEP_NOT_NEEDED steps[1].fallback[0].with',
    ]);
  });

  it('undoes its step by a handler, and may read all of it', () => {
    expect(issuesOf({ compensate: { type: 't', with: '${{ steps.a.output }}' } })).toEqual([]);
    expect(issuesOf({ compensate: { type: 'sleep', with: { for: '1s' } } })).toEqual([
      'error WRONG_VALUE steps[1].compensate.type',
    ]);
  });

  it('gives a wait attempts that a policy can be about', () => {
    const wait = { type: 'approval', with: { message: 'Go?' }, retry: { attempts: 2 }, timeout: '1s' };
    expect(issuesOf(wait)).toEqual(['error MISPLACED_KEY steps[1].retry', 'error MISPLACED_KEY steps[1].timeout']);
    expect(issuesOf({ ...wait, fallback: [{ type: 't' }] })).toEqual([]);
    expect(issuesOf({ ...wait, delivery: 'pure', fallback: [{ type: 't' }] })).toEqual([
      'error MISPLACED_KEY steps[1].delivery',
    ]);
  });
});
