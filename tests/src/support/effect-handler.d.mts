import type { Handler } from '@sisyphus-state/handlers';

/** What a step of type `effect` does, besides leaving its line. */
export interface EffectInput {
  /** Returned; absent: nothing is. */
  readonly value?: unknown;
  /** Attempts up to this one fail; `"always"`: all of them; `"until-mended"`: while `mended()` says no. */
  readonly fail?: number | 'always' | 'until-mended';
  /** Event-loop turns between the effect and the return. */
  readonly turns?: number;
  /** Milliseconds between the effect and the return. */
  readonly ms?: number;
  /** Reported as used, whether it fails or not. */
  readonly tokens?: number;
}

export interface EffectOptions {
  readonly effects: string;
  /** Says whether the process that the handler belongs to has died: then nothing of it goes on. */
  readonly isOver?: () => boolean;
  readonly mended?: () => boolean;
  /** Called after each effect, before anything else. */
  readonly afterEffect?: (key: string) => void;
}

/** A handler that leaves a line outside the store at each attempt, and then does what its input says. */
export function effectHandler(options: EffectOptions): Handler<EffectInput>;
