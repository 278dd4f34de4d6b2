import { existsSync, readFileSync } from 'node:fs';

const headerBytes = 32;
const frameHeaderBytes = 24;

/**
 * How many transactions were committed to a database in WAL mode since its log was begun: the frames that end one.
 *
 * Holds while a connection is open and no checkpoint has begun the log anew (https://www.sqlite.org/fileformat2.html#walformat).
 */
export function countCommits(file: string): number {
  const path = `${file}-wal`;
  if (!existsSync(path)) return 0;
  const log = readFileSync(path);
  if (log.length < headerBytes) return 0;
  const frameBytes = frameHeaderBytes + log.readUInt32BE(8);
  const salts = log.subarray(16, 24);
  let commits = 0;
  for (let at = headerBytes; at + frameBytes <= log.length; at += frameBytes) {
    // Frames of an older log have other salts; a frame that ends a transaction tells the size of the database after it.
    if (salts.equals(log.subarray(at + 8, at + 16)) && log.readUInt32BE(at + 4) > 0) commits += 1;
  }
  return commits;
}
