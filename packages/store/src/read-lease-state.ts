import type { ProcessIdentity, RunRow } from '@sisyphus-state/schema';
import type { LeaseWatch } from './lease-watch.js';
import type { RunSnapshot } from './store-types.js';
import { leaseState } from './transitions/lease-state.js';

/** The part of a run's row that says how it is held. */
export type HeldColumns = Pick<
  RunRow,
  'id' | 'fence' | 'leaseWorker' | 'leaseHolder' | 'leaseExpiresAt' | 'leaseMs' | 'leaseRenewals'
>;

/** What a store knows of holders beside their leases' rows. */
export interface HolderKnowledge {
  readonly identity: ProcessIdentity;
  readonly isDead: (holder: ProcessIdentity, observer: ProcessIdentity) => boolean;
  readonly leaseWatch: LeaseWatch;
}

/** Says how a run is held at `now`, by its lease and by what is known of its holder: is its process dead, does it renew. */
export function readLeaseState(known: HolderKnowledge, run: HeldColumns, now: number): RunSnapshot['lease'] {
  const isDead = run.leaseHolder !== null && known.isDead(parseIdentity(run.leaseHolder), known.identity);
  const state = leaseState(run, now, isDead);
  return state === 'held' && known.leaseWatch.stoodStill(run) ? 'expired' : state;
}

/** The runs whose holder is gone or does not renew; each holder's process is looked at once. */
export function abandonedOf<Run extends HeldColumns>(
  known: HolderKnowledge,
  held: readonly Run[],
  now: number,
): readonly Run[] {
  const isDead = oncePerHolder(known.isDead);
  return held.filter((run) => {
    const state = readLeaseState({ ...known, isDead }, run, now);
    return state === 'expired' || state === 'dead';
  });
}

/** Many runs have one holder, and to look at its process costs more than all the rest. */
function oncePerHolder(isDead: HolderKnowledge['isDead']): HolderKnowledge['isDead'] {
  const answers = new Map<string, boolean>();
  return (holder, observer) => {
    const key = JSON.stringify(holder);
    const answer = answers.get(key) ?? isDead(holder, observer);
    answers.set(key, answer);
    return answer;
  };
}

function parseIdentity(text: string): ProcessIdentity {
  // Only a claim writes the column, from a ProcessIdentity.
  return JSON.parse(text) as ProcessIdentity;
}
