import type { ProcessIdentity } from '@sisyphus-state/schema';
import { isProvablyDead } from '../process-identity.js';

/**
 * Says whether a lease's holder is provably dead, where holders may be on other machines.
 *
 * A host's name proves nothing there: containers and cloned machines share one. The boot's id does, and without it nothing
 * is proven.
 */
export function isProvablyDeadHere(holder: ProcessIdentity, observer: ProcessIdentity): boolean {
  return holder.bootId !== null && isProvablyDead(holder, observer);
}
