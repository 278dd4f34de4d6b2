import { describeStoreConformance } from '@sisyphus-state/testing';
import { describe, it } from 'vitest';
import { clientBackend, fileBackend, memoryBackend } from './support/sqlite-backends.js';

const framework = { describe, it, skip: it.skip };

describeStoreConformance('SQLite file', fileBackend, framework);
describeStoreConformance('SQLite in memory', memoryBackend, framework);
describeStoreConformance('a SQLite database of the application’s own', clientBackend, framework);
