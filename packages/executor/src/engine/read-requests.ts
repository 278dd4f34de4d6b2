import type { MailboxRow } from '@sisyphus-state/schema';

/** Who acts on what outsiders ask of a run as a whole. */
export interface Asked {
  cancel(reason: string | null): void;
  pause(reason: string | null, mailId: string): void;
}

/** Finds in a run's mail what outsiders ask of the run, and passes it on. */
export function readRequests(mail: readonly MailboxRow[], asked: Asked): void {
  const cancel = mail.find(({ kind }) => kind === 'cancel');
  if (cancel !== undefined) asked.cancel(cancel.name);
  const pause = mail.find(({ kind }) => kind === 'pause');
  if (pause !== undefined) asked.pause(pause.name, pause.id);
}
