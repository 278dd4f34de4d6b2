import type { SisyphusTables } from '@sisyphus-state/schema/postgres';
import type { PayloadBody } from '../changes/spill-change.js';
import { columnDeclarations, tableName } from './sql-text.js';

/** Large values by their hash, each once, in the order in which they are to be written. */
export function distinctBodies(bodies: readonly PayloadBody[]): readonly PayloadBody[] {
  const distinct = new Map(bodies.map((body) => [body.sha256, body]));
  return [...distinct.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}

/**
 * SQL that keeps large values: a new one is written, one that is there is locked.
 *
 * The lock is the point of `DO UPDATE … WHERE false`, which writes nothing: whoever deletes values that nobody refers to
 * any more locks them first, so it either sees this commit's reference or has deleted the value before, and then it is
 * written anew here. In the order of their hashes, so that two commits never wait for each other's.
 */
export function bodiesText({ payloads }: SisyphusTables, parameter: string, condition: string): string {
  return `INSERT INTO ${tableName(payloads)} (sha256, bytes, body)
    SELECT b.sha256, b.bytes, b.body
    FROM json_to_recordset(${parameter}::json) AS b (${columnDeclarations(payloads, ['sha256', 'bytes', 'body'])})
    WHERE ${condition} ORDER BY b.sha256
    ON CONFLICT (sha256) DO UPDATE SET bytes = excluded.bytes WHERE false`;
}
