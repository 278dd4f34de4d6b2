import { statfsSync } from 'node:fs';
import { cpus, release, type as systemType } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type Synchronous, synchronousModes } from '../contenders/contender.js';
import { median } from './statistics.js';

/** Where the figures were taken. */
export interface Environment {
  readonly node: string;
  readonly system: string;
  readonly processors: string;
  readonly sqlite: string;
  readonly folder: string;
  readonly filesystem: string;
  readonly freeBytes: number;
  /** The median of one commit of one small row, by better-sqlite3. */
  readonly commitMicros: Readonly<Record<Synchronous, number>>;
}

/** The magic numbers of statfs(2) that a temporary folder may show. */
const filesystems: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x01021994, 'tmpfs (in memory: fsync costs nothing there)'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x794c7630, 'overlayfs'],
  [0x2fc12fc1, 'zfs'],
  [0xf2f52010, 'f2fs'],
  [0x6969, 'nfs'],
  [0x1a, 'apfs'],
]);

/** Looks at the machine and measures what a commit costs in `folder`. */
export function readEnvironment(folder: string): Environment {
  const { type, bavail, bsize } = statfsSync(folder);
  const [FULL, NORMAL] = synchronousModes.map((mode) => measureCommit(join(folder, `commit-${mode}.db`), mode));
  return {
    node: process.version,
    system: `${systemType()} ${release()}`,
    processors: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    sqlite: sqliteVersion(),
    folder,
    filesystem: filesystems.get(type) ?? `type 0x${type.toString(16)}`,
    freeBytes: bavail * bsize,
    commitMicros: { FULL: FULL ?? Number.NaN, NORMAL: NORMAL ?? Number.NaN },
  };
}

function sqliteVersion(): string {
  const db = new Database(':memory:');
  try {
    return String(db.prepare('SELECT sqlite_version()').pluck().get());
  } finally {
    db.close();
  }
}

function measureCommit(path: string, synchronous: Synchronous): number {
  const db = new Database(path);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma(`synchronous = ${synchronous}`);
    db.exec('CREATE TABLE probe (id INTEGER PRIMARY KEY, text TEXT)');
    const insert = db.prepare('INSERT INTO probe (text) VALUES (?)');
    const micros = Array.from({ length: 101 }, () => {
      const from = performance.now();
      insert.run('a commit of one row');
      return (performance.now() - from) * 1000;
    });
    return median(micros);
  } finally {
    db.close();
  }
}
