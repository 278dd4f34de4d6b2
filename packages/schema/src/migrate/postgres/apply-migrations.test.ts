import { describe, expect, it } from 'vitest';
import { explainRefusal } from './apply-migrations.js';

const said = (code: string) => Object.assign(new Error('permission denied'), { code });

describe('explainRefusal', () => {
  it('names the work when a statement is refused', async () => {
    await expect(explainRefusal('Migration 0001', () => Promise.reject(said('42501')))).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringMatching(/^Migration 0001 failed: permission denied/),
    });
  });

  it.each(['55P03', '57P01', '53100', '08006'])('lets pass what befalls the server: %s', async (code) => {
    const error = said(code);
    await expect(explainRefusal('Migration 0001', () => Promise.reject(error))).rejects.toBe(error);
  });
});
