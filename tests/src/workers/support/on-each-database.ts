import { join } from 'node:path';
import { afterEach, describe } from 'vitest';
import { usePostgres } from '../../postgres/support/use-postgres.js';
import type { PostgresServer } from '../../support/postgres-server.js';
import { useTempFolder } from '../../support/temp-folder.js';
import type { WorkerConfig } from './worker-process.js';
import { World } from './world.js';

/** What the tests of one database have. */
export interface DatabaseBed {
  readonly dialect: 'sqlite' | 'postgres';
  /** An empty world of the test's own, gone after it. */
  world(store?: WorkerConfig['store']): Promise<World>;
  /** Null for SQLite. */
  readonly server: (() => PostgresServer) | null;
}

/** Defines the same tests for a SQLite file and for PostgreSQL. */
export function onEachDatabase(define: (bed: DatabaseBed) => void): void {
  describe('on a SQLite file', () => {
    const tempFolder = useTempFolder();
    const keep = useWorlds();
    define({
      dialect: 'sqlite',
      server: null,
      world: async (store) => {
        const folder = tempFolder();
        return keep(new World(join(folder, 'state.db'), folder, store));
      },
    });
  });
  describe('on PostgreSQL', () => {
    const postgres = usePostgres();
    const tempFolder = useTempFolder();
    const keep = useWorlds();
    define({
      dialect: 'postgres',
      server: postgres.server,
      world: async (store) => keep(new World((await postgres.database()).url, tempFolder(), store)),
    });
  });
}

/** Ends worlds after each test; hooks run last first, so a folder is removed after the world in it. */
function useWorlds(): (world: World) => World {
  const worlds: World[] = [];
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.close();
  });
  return (world) => {
    worlds.push(world);
    return world;
  };
}
