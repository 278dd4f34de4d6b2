import type { MailboxRow } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { Inbox } from './inbox.js';

function piece(id: string, name: string, kind = 'signal'): MailboxRow {
  const read = { consumedAt: null, consumedSeq: null };
  return { id, runId: 'r', kind, name, payload: null, payloadRef: null, createdAt: 1, ...read };
}

describe('the inbox of a run', () => {
  it('gives the oldest piece of a name, and each once', () => {
    const inbox = new Inbox([piece('1', 'a'), piece('2', 'b'), piece('3', 'a')]);
    expect([inbox.take('signal', 'a')?.id, inbox.take('signal', 'a')?.id, inbox.take('signal', 'a')]).toEqual([
      '1',
      '3',
      null,
    ]);
    expect(inbox.take('signal', null)?.id).toBe('2');
  });

  it('keeps kinds apart', () => {
    expect(new Inbox([piece('1', 'a')]).take('approval', 'a')).toBeNull();
  });

  it('does not give again what was taken and is read once more before its commit (pitfall 19)', () => {
    const inbox = new Inbox([piece('1', 'a')]);
    inbox.take('signal', 'a');
    inbox.add([piece('1', 'a'), piece('2', 'a')]);
    expect([inbox.take('signal', 'a')?.id, inbox.take('signal', 'a')]).toEqual(['2', null]);
  });
});
