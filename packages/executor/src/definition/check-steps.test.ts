import { describe, expect, it } from 'vitest';
import { checkStep, checkWorkflowSupport, isPlainId, showStep } from './check-steps.js';
import type { StepDefinition } from './definition.js';
import type { DefinitionOptions } from './definition-options.js';
import { NOT_SUPPORTED_YET } from './not-supported-yet.js';

function findings(step: Partial<StepDefinition>, options: DefinitionOptions = {}): readonly string[] {
  return checkStep({ id: 'a', type: 'shell', ...step }, 2, options).map(
    (finding) => `${finding.severity ?? 'error'} ${finding.code} ${finding.path.slice(2).join('.')}`,
  );
}

describe('a step', () => {
  it('with nothing special is sound', () => {
    expect(findings({ with: {}, retry: { backoff: '1s', maxBackoff: '1s' } })).toEqual([]);
  });

  it('with an id that is no name is sound, and its author is told how to write it', () => {
    const [note] = checkStep({ id: 'build-site', type: 'shell' }, 0, {});
    expect(note).toMatchObject({
      code: 'ID_NEEDS_BRACKETS',
      severity: 'note',
      remedy: "Expressions read it as steps['build-site'].",
    });
  });

  it.each([
    [{ as: 'x' }, ['error MISPLACED_KEY as']],
    [{ concurrency: 2 }, ['error MISPLACED_KEY concurrency']],
    [{ foreach: [1], as: 'x', concurrency: 2 }, []],
    [{ retry: { backoff: '2s', maxBackoff: '1s' } }, ['error WRONG_VALUE retry.maxBackoff']],
  ])('with %j has %j', (step, expected) => {
    expect(findings(step)).toEqual(expected);
  });

  it.each(['input', 'context', 'steps', 'run', 'index', 'string', 'list', 'cel', 'for', 'true', 'in'])(
    'may not name its item %s',
    (as) => {
      expect(findings({ foreach: [1], as })).toEqual(['error WRONG_VALUE as']);
    },
  );
});

describe('the type of a step', () => {
  const options: DefinitionOptions = { hasHandler: (type) => type === 'shell', handlerTypes: ['shell', 'http'] };

  it('is not looked at unless someone says what there is', () => {
    expect(findings({ type: 'unheard-of' })).toEqual([]);
  });

  it('needs a handler', () => {
    expect(findings({}, options)).toEqual([]);
    expect(findings({ type: 'shel' }, options)).toEqual(['error HANDLER_NOT_FOUND type']);
    expect(checkStep({ id: 'a', type: 'shel' }, 0, options)[0]?.remedy).toBe('Did you mean `shell`?');
    expect(checkStep({ id: 'a', type: 'zzz' }, 0, options)[0]?.remedy).toBe('The handlers there are: shell, http.');
  });
});

describe('a key that no step has', () => {
  it('is an error, with what was meant', () => {
    expect(findings({ comand: 'x' })).toEqual(['error UNKNOWN_KEY comand']);
    expect(checkStep({ id: 'a', type: 't', need: [] }, 0, {})[0]).toMatchObject({
      remedy: 'Did you mean `needs`?',
      atKey: true,
    });
  });

  it('is fine on a step that a plain function carries out, and only there', () => {
    const options: DefinitionOptions = { isPlainType: (type) => type === 'mine' };
    expect(findings({ type: 'mine', command: 'x', anything: [1] }, options)).toEqual([]);
    expect(findings({ command: 'x' }, options)).toEqual(['error UNKNOWN_KEY command']);
  });
});

describe('what this release can not run yet', () => {
  it('is nothing at the moment, and no step is refused for it', () => {
    expect(Object.values(NOT_SUPPORTED_YET).flat()).toEqual([]);
    expect(findings({ type: 'workflow', with: { workflow: 'x' } })).toEqual([]);
    expect(findings({ reserve: { tokens: 1 } })).toEqual([]);
  });

  it.each(NOT_SUPPORTED_YET.stepKeys)('is refused by name: %s', (key) => {
    expect(findings({ [key]: { type: 'x' } })).toEqual([`error NOT_SUPPORTED_YET ${key}`]);
  });

  it.each(NOT_SUPPORTED_YET.stepTypes)('is refused by name, handler or none: %s', (type) => {
    expect(findings({ type }, { hasHandler: () => true })).toEqual(['error NOT_SUPPORTED_YET type']);
    expect(findings({ type }, { hasHandler: () => false })).toEqual(['error NOT_SUPPORTED_YET type']);
  });

  it.each(NOT_SUPPORTED_YET.workflowKeys)('is refused by name: %s of the workflow', (key) => {
    expect(checkWorkflowSupport({ name: 'x', [key]: 1 })).toEqual([
      expect.objectContaining({ code: 'NOT_SUPPORTED_YET', path: [key] }),
    ]);
  });
});

describe('how expressions name a step', () => {
  it.each([
    ['build', true, 'steps.build'],
    ['_b2', true, 'steps._b2'],
    ['build-site', false, "steps['build-site']"],
    ['2fa', false, "steps['2fa']"],
    ["it's \\", false, "steps['it\\'s \\\\']"],
    ['in', false, "steps['in']"],
    ['null', false, "steps['null']"],
  ])('%j: plain %s, %s', (id, plain, shown) => {
    expect(isPlainId(id)).toBe(plain);
    expect(showStep(id)).toBe(shown);
  });
});
