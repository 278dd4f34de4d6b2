import { describe, expect, it } from 'vitest';
import { distinctBodies } from './payload-bodies.js';

describe('distinctBodies', () => {
  it('keeps each value once, in the order in which all writers lock them', () => {
    const body = (sha256: string) => ({ sha256, bytes: 1, body: sha256 });
    expect(distinctBodies([body('c'), body('a'), body('c')])).toEqual([body('a'), body('c')]);
  });
});
