import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.js';
import { scenarioNames } from './scenarios/names.js';

describe('parseOptions', () => {
  it('measures everything when nothing is said', () => {
    expect(parseOptions([])).toEqual({ quick: false, json: false, help: false, only: scenarioNames });
  });

  it('takes several scenarios', () => {
    expect(parseOptions(['--only', 'resume', '--only', 'memory', '--json']).only).toEqual(['resume', 'memory']);
  });

  it('names the scenarios there are when it is given another', () => {
    expect(() => parseOptions(['--only', 'speed'])).toThrow(/"speed".*sequential/);
  });

  it('refuses an option it does not know', () => {
    expect(() => parseOptions(['--fast'])).toThrow('--fast');
  });
});
