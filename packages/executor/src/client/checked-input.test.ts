import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineWorkflow } from '../code/define-workflow.js';
import { InputInvalidError } from '../definition/input-invalid-error.js';
import { checkedInput } from './checked-input.js';

const run = async () => 1;

it('is what the schema makes of it', () => {
  const workflow = defineWorkflow({ name: 'w', input: z.object({ n: z.number().default(3) }) }, run);
  expect(checkedInput(workflow, {})).toEqual({ n: 3 });
});

it('is as it came without a schema', () => {
  const input = { a: [1] };
  expect(checkedInput(defineWorkflow({ name: 'w' }, run), input)).toBe(input);
});

it('is refused with the place of what is wrong', () => {
  const workflow = defineWorkflow({ name: 'w', input: z.object({ list: z.array(z.string()) }) }, run);
  const check = () => checkedInput(workflow, { list: ['a', 1] });
  expect(check).toThrow(InputInvalidError);
  expect(check).toThrow(/input\.list\[1\]/);
});

it('is refused when the schema would answer later', () => {
  const workflow = defineWorkflow({ name: 'w', input: z.string().refine(async () => true) }, run);
  expect(() => checkedInput(workflow, 'x')).toThrow();
});
