import { describe, expect, it } from 'vitest';
import { readProcessIdentity } from '../process-identity.js';
import { isProvablyDeadHere } from './dead-holder.js';

const observer = readProcessIdentity();
/** No system gives a process this number. */
const gone = { ...observer, pid: 2 ** 22 + 1 };

describe('isProvablyDeadHere', () => {
  it.runIf(observer.bootId !== null)('takes a process of this boot for dead that is not there any more', () => {
    expect(isProvablyDeadHere(gone, observer)).toBe(true);
  });

  it('proves nothing of a holder whose boot is unknown, whatever its host is called', () => {
    const nameless = { ...observer, bootId: null, pidNamespace: null };
    expect(isProvablyDeadHere({ ...nameless, pid: gone.pid }, nameless)).toBe(false);
  });

  it('proves nothing of a holder on another machine', () => {
    expect(isProvablyDeadHere({ ...gone, bootId: 'another' }, observer)).toBe(false);
  });
});
