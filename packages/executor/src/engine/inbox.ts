import type { MailboxRow } from '@sisyphus-state/schema';

/** The unread mail of a run, as its holder knows it; each piece is taken once, in the order in which they came. */
export class Inbox {
  readonly #unread = new Map<string, MailboxRow>();
  readonly #taken = new Set<string>();

  constructor(mail: readonly MailboxRow[] = []) {
    this.add(mail);
  }

  /** Takes in what was read; a piece that is known, or taken and perhaps not committed yet, changes nothing. */
  add(mail: readonly MailboxRow[]): void {
    for (const piece of mail) if (!this.#taken.has(piece.id)) this.#unread.set(piece.id, piece);
  }

  /** The oldest piece of a kind with a name (null: any), which nobody gets again; null when there is none. */
  take(kind: string, name: string | null): MailboxRow | null {
    for (const piece of this.#unread.values()) {
      if (piece.kind !== kind || (name !== null && piece.name !== name)) continue;
      this.#unread.delete(piece.id);
      this.#taken.add(piece.id);
      return piece;
    }
    return null;
  }
}
