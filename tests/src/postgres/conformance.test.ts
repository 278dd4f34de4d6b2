import { describeStoreConformance } from '@sisyphus-state/testing';
import { describe, it } from 'vitest';
import { clientBackend, urlBackend } from './support/postgres-backends.js';
import { usePostgres } from './support/use-postgres.js';

const postgres = usePostgres();
const framework = { describe, it, skip: it.skip };

describeStoreConformance('PostgreSQL', urlBackend(postgres.server), framework);
describeStoreConformance('a PostgreSQL database of the application’s own', clientBackend(postgres.server), framework);
