import type { HandlerRun, UsageAmount } from '@sisyphus-state/handlers';
import type { Usage } from '@sisyphus-state/store';

/** What an attempt tells its handler. */
export interface AttemptOptions {
  readonly runId: string;
  readonly stepKey: string;
  readonly attempt: number;
  readonly step: Readonly<Record<string, unknown>>;
  readonly readContext: () => Readonly<Record<string, unknown>>;
  readonly onLog: (message: string, data: unknown) => void;
  readonly onProgress: (progress: string | number) => void;
}

/**
 * The handler's view of its attempt.
 *
 * Signal and context are made when they are first asked for: most handlers ask for neither, and both cost more than the
 * rest of a step. The functions are bound, so that a handler may take them apart.
 */
export class AttemptRun implements HandlerRun {
  readonly runId: string;
  readonly stepKey: string;
  readonly attempt: number;
  readonly step: Readonly<Record<string, unknown>>;
  readonly #options: AttemptOptions;
  #controller: AbortController | null = null;
  #context: Readonly<Record<string, unknown>> | null = null;
  #tokens = 0;
  #cost = 0;

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.runId = options.runId;
    this.stepKey = options.stepKey;
    this.attempt = options.attempt;
    this.step = options.step;
  }

  get idempotencyKey(): string {
    return `${this.runId}:${this.stepKey}`;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  get context(): Readonly<Record<string, unknown>> {
    this.#context ??= this.#options.readContext();
    return this.#context;
  }

  get log(): HandlerRun['log'] {
    return (message, data) => this.#options.onLog(message, data);
  }

  get progress(): HandlerRun['progress'] {
    return (progress) => this.#options.onProgress(progress);
  }

  get usage(): HandlerRun['usage'] {
    return (amount) => this.#use(amount);
  }

  /** What the handler has reported so far; null when nothing. */
  get used(): Usage | null {
    return this.#tokens === 0 && this.#cost === 0 ? null : { tokens: this.#tokens, cost: this.#cost };
  }

  abort(reason: Error): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }

  #use({ tokens = 0, cost = 0 }: UsageAmount): void {
    if (!isAmount(tokens) || !isAmount(cost))
      throw new TypeError(
        `usage() of step "${this.stepKey}" takes whole numbers of 0 or more; cost is in micro-units.`,
      );
    this.#tokens += tokens;
    this.#cost += cost;
  }
}

function isAmount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
