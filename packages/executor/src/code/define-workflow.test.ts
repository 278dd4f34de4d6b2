import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { DefinitionInvalidError } from '../definition/definition-invalid-error.js';
import type { WorkflowExecutor } from '../executor.js';
import { isCodeWorkflow } from './code-workflow.js';
import { defineWorkflow } from './define-workflow.js';

const run = async () => 1;

describe('defining a workflow as code', () => {
  it('gives a frozen workflow of version 1 that is told from one as data', () => {
    const workflow = defineWorkflow({ name: 'w' }, run);
    expect(workflow).toMatchObject({ name: 'w', version: 1, kind: 'code' });
    expect(Object.isFrozen(workflow)).toBe(true);
    expect(isCodeWorkflow(workflow)).toBe(true);
    expect(isCodeWorkflow({ name: 'w', steps: [] })).toBe(false);
  });

  it.each<[string, object, string]>([
    ['no name', { name: '' }, 'name'],
    ['a version that is no whole number from 1', { name: 'w', version: 1.5 }, 'version'],
    ['a key that means nothing', { name: 'w', retries: 3 }, 'retries'],
    ['an input that is no schema', { name: 'w', input: { type: 'object' } }, 'input'],
    ['a priority that is none', { name: 'w', priority: 'high' }, 'priority'],
  ])('refuses %s', (_, options, path) => {
    // As JavaScript would call it.
    const define = () => defineWorkflow(options as { name: string }, run);
    expect(define).toThrow(DefinitionInvalidError);
    expect(define).toThrow(path);
  });

  it('refuses what is no function', () => {
    expect(() => defineWorkflow({ name: 'w' }, undefined as never)).toThrow(TypeError);
  });

  it('types input and output by their schemas, or by the function', () => {
    const checked = defineWorkflow(
      { name: 'w', input: z.object({ id: z.string() }), output: z.object({ total: z.number() }) },
      async (_, input) => {
        expectTypeOf(input).toEqualTypeOf<{ id: string }>();
        return { total: 1 };
      },
    );
    const plain = defineWorkflow({ name: 'w' }, async (ctx, _: string) => ctx.step('one', () => 1));
    type Execute = WorkflowExecutor['execute'];
    const typed = (execute: Execute) => ({ checked: execute(checked, { id: 'a' }), plain: execute(plain, 'x') });
    expectTypeOf<Awaited<ReturnType<typeof typed>['checked']>['output']>().toEqualTypeOf<{ total: number }>();
    expectTypeOf<Awaited<ReturnType<typeof typed>['plain']>['output']>().toEqualTypeOf<number>();
  });
});
