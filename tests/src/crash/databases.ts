import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@sisyphus-state/store';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { usePostgres } from '../postgres/support/use-postgres.js';
import type { TestDatabase } from '../support/postgres-server.js';
import { useTempFolder } from '../support/temp-folder.js';
import { type MakeWorld, type World, worldIn } from './world.js';

/** A database that the same tests run on: one row of a `describe.each`, whose hooks it sets up. */
export interface DatabaseKind {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** Makes worlds for the tests of a `describe`. */
  readonly useWorlds: () => MakeWorld;
  /** Makes empty databases for the tests of a `describe`, and says where they are. */
  readonly useDatabases: () => () => Promise<string>;
}

export const sqlite: DatabaseKind = {
  name: 'SQLite',
  useWorlds: () => {
    const tempFolder = useTempFolder();
    let template = '';
    let folder = '';
    beforeEach(async () => {
      folder = tempFolder();
      template = join(folder, 'template.db');
      await (await openStore(template)).close();
    });
    // A file for each world: the tables are made once and copied.
    return (crashCase) => {
      const location = join(folder, `${uuidv7()}.db`);
      copyFileSync(template, location);
      const open: World['open'] = (options) => openStore(location, options);
      return worldIn({ location, open, findDamage: () => checkFile(location) }, folder, crashCase);
    };
  },
  useDatabases: () => {
    const tempFolder = useTempFolder();
    return async () => join(tempFolder(), 'state.db');
  },
};

export const postgres: DatabaseKind = {
  name: 'PostgreSQL',
  useWorlds: () => {
    const tempFolder = useTempFolder();
    const template = useTemplate();
    let folder = '';
    beforeEach(() => {
      folder = tempFolder();
    });
    const open = useSharedPool(template.url);
    // All worlds share one database, as applications do: each has a run of its own there. A client that dies can't damage it.
    return (crashCase) => worldIn({ location: template.url(), open, findDamage: () => [] }, folder, crashCase);
  },
  useDatabases: () => {
    const template = useTemplate();
    return template.copy;
  },
};

/** The databases that durability is promised on. */
export const databases: readonly DatabaseKind[] = [sqlite, postgres];

/** A server of the `describe`, and a database there whose tables are made once. */
function useTemplate(): { readonly url: () => string; readonly copy: () => Promise<string> } {
  const server = usePostgres();
  let template: TestDatabase | null = null;
  const made = (): TestDatabase => {
    if (template === null) throw new Error('The template is there from the first test on.');
    return template;
  };
  beforeAll(async () => {
    template = await server.database();
    await (await openStore(template.url, { migrate: true })).close();
  }, 60_000);
  return { url: () => made().url, copy: async () => (await server.database({ template: made().name })).url };
}

/** Opens stores on one pool: most of a life on a server would be the beginning of its sessions. */
function useSharedPool(url: () => string): World['open'] {
  let pool: pg.Pool | null = null;
  afterAll(() => pool?.end());
  return (options) => {
    // As a store's own pool has it.
    pool ??= new pg.Pool({ connectionString: url(), max: 20, options: '-c plan_cache_mode=force_generic_plan' });
    return openStore({ client: drizzle({ client: pool }) }, options);
  };
}

function checkFile(file: string): ReturnType<World['findDamage']> {
  const client = new Database(file);
  try {
    const integrity = String(client.pragma('integrity_check', { simple: true }));
    return integrity === 'ok' ? [] : [`the file is damaged: ${integrity}`];
  } finally {
    client.close();
  }
}
