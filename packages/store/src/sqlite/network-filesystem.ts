import { statfsSync } from 'node:fs';
import { StoreOpenError } from '../errors.js';

/** File systems whose locks or shared memory SQLite can't rely on (magic numbers of statfs(2)). */
const networkFilesystems: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB2'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9P'],
  [0x5346414f, 'AFS'],
]);

/**
 * Refuses a file on a network file system: WAL needs memory shared by all who open it
 * (https://sqlite.org/wal.html, "all processes using a database must be on the same host computer").
 */
export function refuseNetworkFilesystem(path: string): void {
  const name = networkFilesystems.get(statfsSync(path).type >>> 0);
  if (name === undefined) return;
  throw new StoreOpenError(
    `${path} lies on ${name}, where SQLite's write-ahead log is not safe. Put the file on a local disk, use PostgreSQL, ` +
      'or pass { allowNetworkFilesystem: true } if only one host ever opens it.',
    { details: { location: path, filesystem: name } },
  );
}
