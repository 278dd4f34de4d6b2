import type { Handler } from '@sisyphus-state/handlers';

export interface HoldOptions {
  readonly effects: string;
  /** Gets a function for each call under way that lets it return a value. */
  readonly held: Map<string, (value: unknown) => void>;
  /** Hears of `entered` and `aborted`. */
  readonly tell: (event: string, facts: Readonly<Record<string, unknown>>) => void;
}

/** A handler that ends when it is told to, or when its signal is aborted (which it ignores with `stubborn`). */
export function holdHandler(options: HoldOptions): Handler<{ readonly stubborn?: boolean }>;
