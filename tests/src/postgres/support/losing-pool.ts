import type { Socket } from 'node:net';
import pg from 'pg';
import { textOf } from './counting-pool.js';

/** The commit at which a connection is lost without a word: before it gets out, on its way, or after it was made. */
export interface LossPoint {
  /** Counts from 1, from when the point is set, over all connections. */
  readonly commit: number;
  readonly moment: 'before' | 'meanwhile' | 'after';
}

export interface LosingPool {
  readonly pool: pg.Pool;
  /** From now on commits are counted. */
  loseAt(point: LossPoint): void;
  /** Whether so many commits were asked for that the connection was lost. */
  hasLost(): boolean;
}

/** Makes a pool that loses a connection once, at the commit it is told; the next connection is an ordinary one. */
export function losingPool(url: string): LosingPool {
  let point: LossPoint | null = null;
  let commits = 0;
  class LosingClient extends pg.Client {
    #inTransaction = false;

    // The driver's overloads are many; the store calls it in one way, and gets a promise.
    override query(...args: unknown[]): never {
      const send = (sent: unknown[] = args): Promise<unknown> => Reflect.apply(super.query, this, sent);
      if (!this.#isCommit(textOf(args[0])) || point === null || ++commits !== point.commit) return send() as never;
      if (point.moment === 'after') return send().then(() => this.#lose()) as never;
      const socket = socketOf(this);
      // What is corked never gets out; what is on its way is committed by the server when it likes.
      if (point.moment === 'before') socket.cork();
      const answer = send();
      socket.destroy();
      return answer as never;
    }

    #lose(): never {
      breakSocket(this);
      // As the driver says it of a statement that it waits for.
      throw new Error('Connection terminated unexpectedly');
    }

    /** The end of a transaction, or a statement of its own that writes. */
    #isCommit(text: string): boolean {
      if (/^begin/i.test(text)) this.#inTransaction = true;
      const isEnd = /^(commit|rollback)/i.test(text);
      if (isEnd) this.#inTransaction = false;
      return /^commit/i.test(text) || (!this.#inTransaction && /^WITH (entry|clock) AS/.test(text));
    }
  }
  const pool = new pg.Pool({ connectionString: url, Client: LosingClient as typeof pg.Client });
  return {
    pool,
    loseAt: (next) => {
      point = next;
      commits = 0;
    },
    hasLost: () => point !== null && commits >= point.commit,
  };
}

/** Breaks a client's connection as a lost network does: neither side says good-bye. */
export function breakSocket(client: pg.ClientBase): void {
  socketOf(client).destroy();
}

function socketOf(client: pg.ClientBase): Pick<Socket, 'cork' | 'destroy'> {
  // The driver's own socket; its types do not show it.
  return (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream;
}
