import { isProvablyDead, readProcessIdentity } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import { fakeProcesses, identityOf } from './fake-processes.js';

describe('fakeProcesses', () => {
  it('gives one identity a name', () => {
    expect(identityOf('a')).toEqual(identityOf('a'));
    expect(identityOf('a')).not.toEqual(identityOf('b'));
  });

  it('calls dead what was killed, and nothing else', () => {
    const { identityOf: identify, isDead, kill } = fakeProcesses();
    kill('a');
    expect(isDead(identify('a'))).toBe(true);
    expect(isDead(identify('b'))).toBe(false);
    expect(isDead(readProcessIdentity())).toBe(false);
  });

  it('makes identities of which the real proof can say nothing', () => {
    expect(isProvablyDead(identityOf('a'), readProcessIdentity())).toBe(false);
  });
});
