import type { StoredEvent } from '@sisyphus-state/store';

/** A time in which one worker held one run, as the audit log tells it. */
export interface Holding {
  readonly runId: string;
  readonly worker: string;
  readonly from: number;
  /** When it was given back, ended or taken by another; null: it is held still. */
  readonly until: number | null;
  /** Whether another worker took it without its being given back. */
  readonly wasTaken: boolean;
}

const leaving: ReadonlySet<string> = new Set([
  'workflow_completed',
  'workflow_failed',
  'workflow_cancelled',
  'workflow_suspended',
  'run_released',
]);

/** Reads from a run's log who held it and when. */
export function holdingsOf(events: readonly StoredEvent[]): readonly Holding[] {
  const holdings: Holding[] = [];
  let open: { readonly runId: string; readonly worker: string; readonly from: number } | null = null;
  const close = (until: number | null, wasTaken: boolean): void => {
    if (open !== null) holdings.push({ ...open, until, wasTaken });
    open = null;
  };
  for (const { type, runId, worker, at } of events) {
    if (leaving.has(type)) close(at, false);
    if (type !== 'run_claimed') continue;
    close(at, true);
    open = { runId, worker: worker ?? 'nobody', from: at };
  }
  close(null, false);
  return holdings;
}

/** The death of a worker, in ms since the epoch. */
export interface Death {
  readonly worker: string;
  readonly at: number;
}

/** How long each run that a worker held when it died had to wait until another took it, in milliseconds. */
export function waitsAfter(deaths: readonly Death[], holdings: readonly Holding[]): readonly number[] {
  const died = new Map(deaths.map(({ worker, at }) => [worker, at]));
  return holdings.flatMap(({ worker, until, wasTaken }) => {
    const at = died.get(worker);
    return at === undefined || !wasTaken || until === null ? [] : [Math.max(0, until - at)];
  });
}

/** When a run counted against its queue's limit: from its first claim until it was given back, whoever had it in between. */
export interface Occupation {
  readonly runId: string;
  readonly from: number;
  readonly until: number;
}

/** Joins a run's holdings that follow each other without a break. */
export function occupationsOf(holdings: readonly Holding[]): readonly Occupation[] {
  const occupations: Occupation[] = [];
  let from: number | null = null;
  for (const holding of holdings) {
    from ??= holding.from;
    if (holding.wasTaken) continue;
    occupations.push({ runId: holding.runId, from, until: holding.until ?? Number.POSITIVE_INFINITY });
    from = null;
  }
  return occupations;
}

/** The most that were going on at one instant; what ends in the millisecond in which another begins does not overlap it. */
export function mostAtOnce(occupations: readonly Pick<Occupation, 'from' | 'until'>[]): number {
  const steps = occupations.flatMap(({ from, until }) => [
    { at: from, by: 1 },
    { at: until, by: -1 },
  ]);
  steps.sort((one, other) => one.at - other.at || one.by - other.by);
  let now = 0;
  let most = 0;
  for (const { by } of steps) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
