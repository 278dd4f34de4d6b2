import type { Change, Claim, QueueRequest } from '@sisyphus-state/store';
import { type Begun, beginClaim, driveBegun } from '../client/begin-claim.js';
import type { Client } from '../client/client.js';
import { driveClaim } from '../client/resume-run.js';
import { deferred } from '../engine/deferred.js';
import type { RunDriver } from '../engine/run-driver.js';
import { RunnablePlans } from './runnable-plans.js';
import { concurrencyOf, queuesOf, type WorkOptions } from './work-options.js';

/** How often a worker looks without being told: for runs left by dead holders, and for what no notice told of. */
const lookMs = 1_000;

/** What is due and can't be had is in somebody's hand, for the length of a transaction: so often, and after so long, it is asked for again. */
const heldLooks = 25;
const heldLookMs = 10;

/** What came of asking for due runs: more may be had, nothing is due, or what is due can't be had. */
type Taking = 'more' | 'none' | 'held';

/** How far it got when there was nothing left to take. */
export interface WorkDone {
  /** How many times a run was taken and driven until it ended, was parked or was given back. */
  readonly driven: number;
  /** When the next timer or delayed start is due, in ms since the epoch; null: none is known. */
  readonly nextDueAt: number | null;
}

/**
 * Takes due runs of some queues and drives them, so many at a time, until it is stopped.
 *
 * It looks when the store tells of a commit, when a run it drove leaves room, when the next timer is due, and every
 * second. Runs whose holder died or lost its lease are taken on from their checkpoint.
 */
export class Worker {
  /** Settles when the worker has stopped; rejects when it could not go on (the store was closed). */
  readonly stopped: Promise<void>;
  readonly #client: Client;
  readonly #queues: readonly QueueRequest[];
  readonly #namespace: string | undefined;
  readonly #concurrency: number;
  readonly #onError: (error: Error) => void;
  readonly #plans: RunnablePlans;
  readonly #driving = new Set<RunDriver>();
  readonly #end = deferred<void>();
  #state: 'working' | 'stopping' | 'stopped' = 'working';
  #isLooking = false;
  #lookAgain = false;
  #isLookComing = false;
  #isRoundDue = false;
  /** Runs that their holders left, found at the last round and not yet asked for. */
  #left: string[] = [];
  /** The last claim took as many as it could, so there is likely more: it is asked for without a look before. */
  #hasMore = false;
  #nextDueAt: number | null = null;
  #driven = 0;
  #lookTimer: NodeJS.Timeout | null = null;
  #dueTimer: NodeJS.Timeout | null = null;
  #unwatch: () => void = () => undefined;
  #onIdle: (() => void) | null = null;
  #heldLooks = 0;

  constructor(client: Client, options: WorkOptions) {
    this.#client = client;
    this.#queues = queuesOf(options);
    this.#concurrency = concurrencyOf(options);
    this.#namespace = options.namespace;
    this.#onError = options.onError ?? ((error) => process.emitWarning(error));
    this.#plans = new RunnablePlans(client);
    this.stopped = this.#end.promise;
  }

  /** Begins to work; the worker keeps the process up until it is stopped. */
  start(): void {
    const { keeper, store } = this.#client;
    keeper.startThread();
    this.#unwatch = store.watch(() => this.#lookSoon());
    this.#lookTimer = setInterval(() => this.#goRound(), lookMs);
    this.#goRound();
  }

  /** Works until nothing is due and nothing is driven here, then stops. */
  async untilIdle(): Promise<WorkDone> {
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    this.start();
    await Promise.race([idle, this.stopped]);
    await this.stop();
    return { driven: this.#driven, nextDueAt: this.#nextDueAt };
  }

  /** Takes nothing more, lets the attempts in hand end and be recorded, and gives the runs back. */
  async stop(): Promise<void> {
    this.#leave();
    for (const driver of this.#driving) driver.release();
    this.#finishIfEmpty();
    await this.stopped;
  }

  /** As `stop`, but aborts the handlers in hand; what they were at is attempted again by the next holder. */
  async interrupt(): Promise<void> {
    this.#leave();
    for (const driver of this.#driving) driver.interrupt();
    this.#finishIfEmpty();
    await this.stopped;
  }

  get #room(): number {
    return this.#state === 'working' ? this.#concurrency - this.#driving.size : 0;
  }

  get #request() {
    return { namespace: this.#namespace, queues: this.#queues, except: this.#plans.except };
  }

  /** A look that asks for abandoned runs too. */
  #goRound(): void {
    this.#isRoundDue = true;
    this.#look();
  }

  /** When all that this turn brought is known: runs that end in one commit then leave their room to one claim. */
  #lookSoon(): void {
    if (this.#isLookComing) return;
    this.#isLookComing = true;
    process.nextTick(() => {
      this.#isLookComing = false;
      this.#look();
    });
  }

  /** One look at a time; what happens meanwhile makes another. */
  #look(): void {
    this.#lookAgain = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    void this.#lookOn();
  }

  async #lookOn(): Promise<void> {
    while (this.#lookAgain) {
      this.#lookAgain = false;
      await this.#outlive(() => this.#takeDue());
    }
    this.#isLooking = false;
    this.#finishIfEmpty();
  }

  async #takeDue(): Promise<void> {
    if (this.#isRoundDue && this.#state === 'working') await this.#findLeft();
    while (this.#room > 0) {
      // First, and kept until there is room: behind new runs they would wait for as long as there are any.
      if (this.#left.length > 0) {
        await this.#takeLeft();
        continue;
      }
      const taking = await this.#takeSome();
      if (taking !== 'more') return this.#reportIdle(taking);
    }
  }

  /** Takes due runs for the room there is. Whoever changes that nothing more is to be had tells of it. */
  async #takeSome(): Promise<Taking> {
    const isBlind = this.#hasMore;
    const found = isBlind ? 'some' : await this.#findDue();
    const limit = this.#room;
    if (found === 'none' || limit === 0) return 'none';
    const { store, lease } = this.#client;
    const claims = await this.#client.claims.during(async () => {
      const begun = new Map<string, Begun | null>();
      const begin = (claim: Claim): readonly Change[] => {
        const made = beginClaim(this.#client, claim);
        begun.set(claim.run.id, made);
        return made?.changes ?? [];
      };
      const taken = await store.claimDue({ ...this.#request, ...lease, limit, known: this.#plans.known, begin });
      this.#hasMore = taken.length === limit;
      for (const claim of taken) await this.#drive(claim, begun.get(claim.run.id));
      return taken;
    });
    if (this.#hasMore || isBlind) return 'more';
    // The rest was taken by others, or is held back by a limit.
    if (claims.length === 0) return 'held';
    return found === 'some' ? 'more' : 'none';
  }

  /** Looks for due runs that this executor can run, and says whether it saw all of them. */
  async #findDue(): Promise<'none' | 'some' | 'all'> {
    for (;;) {
      const limit = this.#room;
      const due = await this.#client.store.findDue({ ...this.#request, limit });
      if (await this.#plans.learn(due.runs)) continue;
      this.#wakeAt(due.nextDueAt, due.now);
      if (due.runs.length === 0) return 'none';
      return due.runs.length < limit ? 'all' : 'some';
    }
  }

  /** Asked also without room: the store tells leases that nobody renews by having seen them before. */
  async #findLeft(): Promise<void> {
    this.#isRoundDue = false;
    const { store, keeper } = this.#client;
    const left = await store.findAbandoned(this.#request);
    await this.#plans.learn(left);
    const refused = new Set(this.#plans.except);
    // What is driven here is nobody's to take over, whatever the clock says of its lease.
    const isFree = (runId: string): boolean => keeper.get(runId) === undefined;
    this.#left = left.flatMap(({ runId, workflowKey }) => (isFree(runId) && !refused.has(workflowKey) ? [runId] : []));
  }

  async #takeLeft(): Promise<void> {
    const { store, lease } = this.#client;
    const runIds = this.#left.splice(0, this.#room);
    await this.#client.claims.during(async () => {
      const outcomes = await store.claimRuns({ ...lease, runIds, mode: 'continue' });
      for (const outcome of outcomes) if (outcome.kind === 'claimed') await this.#drive(outcome);
    });
  }

  async #drive(claim: Claim, begun: Begun | null = null): Promise<void> {
    if (begun !== null) {
      // Nothing of it was entered yet, and nothing is to be any more.
      if (this.#state !== 'working') begun.driver.interrupt();
      return this.#mind(driveBegun(this.#client, begun, claim));
    }
    const plan = await this.#plans.planOf(claim.run);
    if (plan === null) return this.#giveBack(claim);
    this.#mind(await driveClaim(this.#client, plan, claim));
  }

  #mind(driver: RunDriver): void {
    this.#driving.add(driver);
    this.#driven += 1;
    const leave = (): void => {
      this.#driving.delete(driver);
      this.#finishIfEmpty();
      this.#lookSoon();
    };
    // How the run ended is on its record; the worker only has room again.
    driver.result.then(leave, leave);
    if (this.#state === 'stopping') driver.release();
  }

  /** Its definition went away between the look and the claim. */
  async #giveBack({ lease }: Claim): Promise<void> {
    await this.#client.store.record(lease, [{ type: 'run_released' }]);
  }

  /** A timer for what is due before the next look; anything later is found by one. */
  #wakeAt(nextDueAt: number | null, now: number): void {
    this.#nextDueAt = nextDueAt;
    if (this.#dueTimer !== null) clearTimeout(this.#dueTimer);
    this.#dueTimer = null;
    if (nextDueAt === null || nextDueAt - now >= lookMs || this.#state !== 'working') return;
    this.#dueTimer = setTimeout(() => this.#look(), Math.max(1, nextDueAt - now));
  }

  /** Somebody who waits for it hears that there is nothing to do, once it is certain. */
  #reportIdle(taking: Taking): void {
    if (this.#onIdle === null || this.#driving.size > 0 || this.#lookAgain || this.#isLookComing) return;
    const { cancels } = this.#client;
    if (!cancels.isEmpty) return void cancels.settled().then(() => this.#look());
    this.#heldLooks = taking === 'held' ? this.#heldLooks + 1 : 0;
    if (this.#heldLooks === 0 || this.#heldLooks > heldLooks) this.#onIdle();
    else setTimeout(() => this.#look(), heldLookMs);
  }

  #leave(): void {
    if (this.#state === 'working') this.#state = 'stopping';
    this.#unwatch();
    if (this.#lookTimer !== null) clearInterval(this.#lookTimer);
    if (this.#dueTimer !== null) clearTimeout(this.#dueTimer);
  }

  #finishIfEmpty(): void {
    if (this.#state !== 'stopping' || this.#driving.size > 0 || this.#isLooking) return;
    this.#state = 'stopped';
    this.#end.resolve();
  }

  /** A database that is away, or busy for long, comes back; one that was closed does not. */
  async #outlive(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      if ('code' in failure && failure.code === 'STORE_CLOSED') this.#fail(failure);
      else this.#onError(failure);
    }
  }

  #fail(error: Error): void {
    if (this.#state === 'stopped') return;
    this.#leave();
    this.#state = 'stopped';
    for (const driver of this.#driving) driver.abandon(error);
    this.#end.reject(error);
  }
}
