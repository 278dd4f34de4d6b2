import { SisyphusError } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { checkDefinition } from './check-definition.js';
import type { WorkflowDefinition } from './definition.js';
import { DefinitionDriftError, diffDefinitions, journalFits } from './diff-definitions.js';

function define(steps: readonly object[], rest: object = {}): WorkflowDefinition {
  return checkDefinition({ name: 'x', steps: steps.map((step) => ({ type: 't', ...step })), ...rest });
}

const before = define([{ id: 'a', with: { n: 1, m: 2 } }, { id: 'b' }, { id: 'c' }]);
const same = { added: [], removed: [], changed: [], reordered: false, workflowKeys: [] };

describe('diffDefinitions', () => {
  it('sees no difference in the order of keys', () => {
    expect(diffDefinitions(before, define([{ with: { m: 2, n: 1 }, id: 'a' }, { id: 'b' }, { id: 'c' }]))).toEqual(
      same,
    );
  });

  it.each([
    [define([{ id: 'a', with: { n: 1, m: 2 } }, { id: 'b' }, { id: 'c' }, { id: 'd' }]), { added: ['d'] }],
    [define([{ id: 'a', with: { n: 1, m: 2 } }, { id: 'c' }]), { removed: ['b'] }],
    [
      define([{ id: 'a', with: { n: 2, m: 2 } }, { id: 'b', type: 'u', timeout: '1s' }, { id: 'c' }]),
      {
        changed: [
          { id: 'a', keys: ['with'] },
          { id: 'b', keys: ['type', 'timeout'] },
        ],
      },
    ],
    [define([{ id: 'a' }, { id: 'b' }, { id: 'c' }]), { changed: [{ id: 'a', keys: ['with'] }] }],
    [define([{ id: 'b' }, { id: 'a', with: { n: 1, m: 2 } }, { id: 'c' }]), { reordered: true }],
    [define([{ id: 'a', with: { n: 1, m: 2 } }, { id: 'x' }, { id: 'b' }, { id: 'c' }]), { added: ['x'] }],
    [
      define([{ id: 'a', with: { n: 1, m: 2 } }, { id: 'b' }, { id: 'c' }], { output: 1, input: true }),
      { workflowKeys: ['output', 'input'] },
    ],
  ])('tells what changed (%#)', (after, expected) => {
    const diff = diffDefinitions(before, after);
    expect({ ...diff, workflowKeys: [...diff.workflowKeys].sort() }).toEqual({
      ...same,
      ...expected,
      workflowKeys: [...('workflowKeys' in expected ? expected.workflowKeys : [])].sort(),
    });
  });
});

describe('journalFits', () => {
  const after = define([
    { id: 'a', with: { n: 9 } },
    { id: 'b', type: 'u' },
    { id: 'd', foreach: [1] },
  ]);
  const diff = diffDefinitions(before, after);

  it.each([
    [[], []],
    [['a'], []],
    [['b'], ['step "b" was started and has another type']],
    [['c'], ['step "c" was started and is gone']],
    [
      ['a', 'b[3]', 'c#2'],
      ['step "c" was started and is gone', 'step "b" was started and has another type'],
    ],
    [['b-other'], []],
  ])('with %j started has the conflicts %j', (started, conflicts) => {
    expect(journalFits(diff, started)).toEqual({ fits: conflicts.length === 0, conflicts });
  });

  it('refuses a started step that runs over another list now', () => {
    const looped = diffDefinitions(
      before,
      define([{ id: 'a', with: { n: 1, m: 2 }, foreach: [1] }, { id: 'b' }, { id: 'c' }]),
    );
    expect(journalFits(looped, ['a']).conflicts).toEqual(['step "a" was started and has another foreach']);
  });
});

describe('a change of a step that was started', () => {
  const until = 'steps.a.output > 1';
  const plain = { id: 'a' };
  const looped = { id: 'a', repeat: { until, max: 3 } };

  it.each([
    [looped, { id: 'a', repeat: { until, max: 9 } }, 'repeat.max'],
    [looped, { id: 'a', repeat: { until: 'true', max: 3 } }, 'repeat.until'],
    [plain, { id: 'a', retry: { attempts: 5 } }, 'retry'],
    [plain, { id: 'a', timeout: '1m' }, 'timeout'],
    [plain, { id: 'a', onError: 'continue' }, 'onError'],
    [plain, { id: 'a', fallback: [{ type: 'u' }] }, 'fallback'],
    [plain, { id: 'a', compensate: { type: 'u' } }, 'compensate'],
    [plain, { id: 'a', delivery: 'at-most-once' }, 'delivery'],
    [plain, { id: 'a', needs: [] }, 'needs'],
    [plain, { id: 'a', if: 'true' }, 'if'],
    [plain, { id: 'a', with: { n: 1 } }, 'with'],
  ])('fits where it says how it goes on: %j to %j', (old, young, key) => {
    const diff = diffDefinitions(define([old]), define([young]));
    expect(diff.changed).toEqual([{ id: 'a', keys: [key] }]);
    expect(journalFits(diff, ['a']).fits).toBe(true);
  });

  it.each([
    [plain, looped, 'repeat'],
    [looped, plain, 'repeat'],
    [plain, { id: 'a', type: 'u' }, 'type'],
    [plain, { id: 'a', foreach: [1] }, 'foreach'],
    [{ id: 'a', foreach: [1] }, { id: 'a', foreach: [1, 2] }, 'foreach'],
  ])('does not where its record means another thing: %j to %j', (old, young, key) => {
    const diff = diffDefinitions(define([old]), define([young]));
    expect(journalFits(diff, ['a'])).toEqual({
      fits: false,
      conflicts: [`step "a" was started and has another ${key}`],
    });
  });

  it('does not fit a workflow of another name, whatever its steps', () => {
    const renamed = diffDefinitions(before, { ...before, name: 'y' });
    expect(journalFits(renamed, [])).toEqual({ fits: false, conflicts: ['it is a workflow of another name'] });
  });
});

describe('DefinitionDriftError', () => {
  const after = define([{ id: 'a', with: { n: 9 } }, { id: 'd' }], { output: 1 });
  const diff = diffDefinitions(before, after);

  it('shows both sides and what to do when the run can go on', () => {
    const error = new DefinitionDriftError('run-1', diff, journalFits(diff, ['a']));
    expect(error.message).toBe(
      [
        'Run run-1 was started with another definition:',
        '  added: step "d"',
        '  removed: step "b"',
        '  removed: step "c"',
        '  changed: with of step "a"',
        '  changed: `output` of the workflow',
        "What the run has done fits the new one too. Resume with { onDrift: 'upgrade' } to go on with the new one, or with { onDrift: 'pinned' } to go on with the old one.",
      ].join('\n'),
    );
    expect(error).toBeInstanceOf(SisyphusError);
    expect(error).toMatchObject({ code: 'DEFINITION_DRIFT', runId: 'run-1', diff });
  });

  it('names what stands in the way when it can not', () => {
    const error = new DefinitionDriftError('run-1', diff, journalFits(diff, ['a', 'b']));
    expect(error.message).toMatch(/conflict: step "b" was started and is gone\n.*'pinned' }, or start a new run/);
  });
});
