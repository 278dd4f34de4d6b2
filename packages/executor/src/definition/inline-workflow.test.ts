import { describe, expect, it } from 'vitest';
import { compileCall, splitCall } from './inline-workflow.js';
import { inspectDefinition, inspectDefinitionText } from './inspect-definition.js';

const place = { owner: 'step "a"', path: 'with' };
const inner = { name: 'inner', steps: [{ id: 'a', type: 't', with: '${{ input.x }}' }] };

describe('a workflow that is written into a step', () => {
  it('is taken apart from what else the step is given, whose texts are templates', () => {
    const input = { workflow: inner, input: '${{ input.y }}' };
    expect(splitCall({ type: 'workflow', with: input })).toEqual({ inline: inner, input: { input: '${{ input.y }}' } });
    const { node, isConstant } = compileCall({ type: 'workflow', with: input }, place);
    expect(isConstant).toBe(false);
    expect(node).toMatchObject({
      kind: 'object',
      entries: [
        ['input', { kind: 'expression' }],
        ['workflow', { value: inner }],
      ],
    });
  });

  it('makes no expression of a step that has no other', () => {
    const { node } = compileCall({ type: 'workflow', with: { workflow: inner, input: 1 } }, place);
    expect(node).toEqual({ kind: 'constant', value: { workflow: inner, input: 1 } });
  });

  it.each([
    ['a name', { type: 'workflow', with: { workflow: 'inner' } }],
    ['what a step before it made', { type: 'workflow', with: { workflow: '${{ steps.plan.output }}' } }],
    ['the `with` of a handler', { type: 't', with: { workflow: inner } }],
  ])('is not %s', (_, call) => {
    expect(splitCall(call)).toEqual({ inline: null, input: call.with });
  });

  it('is checked as any other, with its place in the text', () => {
    const text = [
      'name: outer',
      'steps:',
      '  - id: call',
      '    type: workflow',
      '    with:',
      '      input: ${{ input.n }}',
      '      workflow:',
      '        name: inner',
      '        steps:',
      '          - { id: a, type: t, with: { v: "${{ steps.call.output }}" } }',
      '          - { id: b, type: t, tpye: u }',
    ].join('\n');
    const { issues } = inspectDefinitionText(text);
    expect(issues.map(({ line, code, path, stepId }) => [line, code, path, stepId])).toEqual([
      [10, 'UNKNOWN_STEP', 'steps[0].with.workflow.steps[0].with.v', 'call'],
      [11, 'UNKNOWN_KEY', 'steps[0].with.workflow.steps[1].tpye', 'call'],
    ]);
  });

  it('is checked however deep it stands, in a fallback too', () => {
    const broken = { name: 'broken', steps: [] };
    const middle = { name: 'middle', steps: [{ id: 'm', type: 'workflow', with: { workflow: broken } }] };
    const step = { id: 'call', type: 't', fallback: [{ type: 'workflow', with: { workflow: middle } }] };
    const { issues } = inspectDefinition({ name: 'outer', steps: [step] });
    expect(issues.map(({ code, path }) => [code, path])).toEqual([
      ['WRONG_VALUE', 'steps[0].fallback[0].with.workflow.steps[0].with.workflow.steps'],
    ]);
  });
});
