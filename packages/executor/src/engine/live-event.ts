import type { Change } from '@sisyphus-state/store';

/** What a watcher of a live run is told: committed changes, and what handlers say meanwhile (that is not stored). */
export type LiveEvent =
  | { readonly kind: 'committed'; readonly runId: string; readonly changes: readonly Change[]; readonly at: number }
  | { readonly kind: 'progress'; readonly runId: string; readonly stepKey: string; readonly progress: string | number }
  | {
      readonly kind: 'log';
      readonly runId: string;
      readonly stepKey: string;
      readonly message: string;
      readonly data: unknown;
    };

/** Is told, at once and in order, what happens to the runs an executor drives. */
export type LiveObserver = (event: LiveEvent) => void;
