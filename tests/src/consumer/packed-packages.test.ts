import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConsumerProject, createConsumerProject } from './support/consumer-project.js';
import { packPackages, type Tarball } from './support/pack-packages.js';

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const setUpMs = 180_000;
const published = ['schema', 'store', 'handlers', 'executor', 'testing', 'cli', 'handler-hello'];

const tarballFolder = mkdtempSync(join(tmpdir(), 'sisyphus-tarballs-'));
let tarballs: readonly Tarball[];
beforeAll(async () => {
  tarballs = await packPackages(tarballFolder);
}, setUpMs);
afterAll(() => rmSync(tarballFolder, { recursive: true, force: true }));

describe('the packages as they are packed', () => {
  test('are these', () => {
    const names = tarballs.map(({ name }) => name.replace('@sisyphus-state/', ''));
    expect(names).toEqual(expect.arrayContaining(published));
  });

  test('hold what was built, and no sources, tests or maps', () => {
    for (const { name, paths } of tarballs) {
      expect(
        paths
          .filter((path) => /^src\/|\.test\.|test-support|\.map$|tsconfig/.test(path))
          .map((path) => `${name}: ${path}`),
      ).toEqual([]);
      expect(paths, name).toEqual(expect.arrayContaining(['package.json', 'LICENSE']));
      expect(
        paths.some((path) => path.startsWith('dist/')),
        name,
      ).toBe(true);
    }
  });
});

describe('an application that installs them', () => {
  let project: ConsumerProject;
  beforeAll(async () => {
    project = await createConsumerProject(tarballs, {
      ours: published.map((name) => `@sisyphus-state/${name}`),
      others: { 'drizzle-orm': '^0.45.4' },
      linked: {
        // Compiling the driver anew would take most of a minute.
        'better-sqlite3': 'node_modules/better-sqlite3',
        '@types/better-sqlite3': 'node_modules/@types/better-sqlite3',
        '@types/node': 'node_modules/@types/node',
      },
    });
    project.write('app.ts', readFileSync(fixture('app.ts.txt'), 'utf8'));
  }, setUpMs);
  afterAll(() => project?.remove());

  test('type-checks under NodeNext', async () => {
    expect(await project.typeCheck({ skipLibCheck: true })).toBe('');
  });

  test("finds nothing wrong in the packages' own declarations", async () => {
    const complaints = (await project.typeCheck({ skipLibCheck: false, noEmit: true })).split('\n');
    expect(complaints.filter((line) => line.includes('@sisyphus-state'))).toEqual([]);
  });

  test('runs a workflow that fails, is mended, and is resumed', async () => {
    expect(await project.typeCheck({ skipLibCheck: true })).toBe('');
    const { stdout, stderr } = await project.run('node', 'out/app.js');
    expect(stderr).toBe('');
    expect(JSON.parse(String(stdout))).toEqual({
      status: 'completed',
      ended: true,
      output: 11,
      context: { name: 'Ada', message: 'Hello, Ada!', length: 11 },
      entered: ['measure', 'measure'],
      differences: [],
      failedAt: 'measure',
      firstEvent: 'workflow_started',
      createdAt: true,
    });
  });

  test('has the command: it says its version, runs a file and shows the run', async () => {
    project.write('flow.yaml', 'name: flow\nsteps:\n  - { id: a, type: transform, with: { value: { a: 1 } } }\n');
    const version = await project.run('sisyphus', '--version');
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+$/);
    const ran = await project.run('sisyphus', 'run', 'flow.yaml', '--db', 'cli.db', '--json');
    expect(ran, ran.stderr?.toString()).toMatchObject({ exitCode: 0 });
    const listed = await project.run('sisyphus', 'ls', '--db', 'cli.db', '--json');
    expect(JSON.parse(String(listed.stdout))).toMatchObject([{ name: 'flow', status: 'completed' }]);
  });

  test('loads no driver and no Drizzle with the root of the store, until a store is opened', async () => {
    project.write('roots.mjs', "await import('@sisyphus-state/store');\n");
    project.write(
      'opens.mjs',
      "const { openStore } = await import('@sisyphus-state/store');\nawait (await openStore(':memory:')).close();\n",
    );
    expect(await databaseModules(project, 'roots.mjs')).toEqual([]);
    expect(await databaseModules(project, 'opens.mjs')).toEqual(['better-sqlite3', 'drizzle-orm']);
  });

  test('loads no driver and no Drizzle with executor, handlers and testing', async () => {
    const roots = ['executor', 'handlers', 'testing', 'handler-hello'];
    project.write('engine.mjs', roots.map((name) => `await import('@sisyphus-state/${name}');\n`).join(''));
    expect(await databaseModules(project, 'engine.mjs')).toEqual([]);
  });
});

describe('a project without any database package', () => {
  let project: ConsumerProject;
  beforeAll(async () => {
    project = await createConsumerProject(tarballs, {
      ours: ['@sisyphus-state/schema', '@sisyphus-state/store'],
      linked: { '@types/node': 'node_modules/@types/node' },
    });
  }, setUpMs);
  afterAll(() => project?.remove());

  test('has neither Drizzle nor a driver to load', async () => {
    for (const name of ['drizzle-orm', 'better-sqlite3', 'pg']) {
      project.write('import.mjs', `await import('@sisyphus-state/schema/sqlite');\nawait import('${name}');\n`);
      expect(await project.run('node', 'import.mjs')).toMatchObject({ exitCode: 1 });
    }
  });

  test('imports the roots of schema and store all the same', async () => {
    project.write(
      'roots.mjs',
      "import { runStatuses } from '@sisyphus-state/schema';\nimport { encodeValue } from '@sisyphus-state/store';\n" +
        "console.log(runStatuses.length > 0, encodeValue({ a: 1 }, { what: 'it' }));\n",
    );
    expect(await project.run('node', 'roots.mjs')).toMatchObject({ exitCode: 0, stdout: 'true {"a":1}' });
  });

  test('type-checks what it takes from the root of schema, declarations included', async () => {
    project.write(
      'model.ts',
      "import { isTerminal, type RunRow } from '@sisyphus-state/schema';\nexport const ended = ({ status }: RunRow): boolean => isTerminal(status);\n",
    );
    expect(await project.typeCheck({ noEmit: true })).toBe('');
  });

  test('is told what to install when it opens a store', async () => {
    project.write(
      'open.mjs',
      "import { openStore } from '@sisyphus-state/store';\nawait openStore(':memory:').catch((error) => console.log(error.message));\n",
    );
    const { stdout } = await project.run('node', 'open.mjs');
    expect(stdout).toContain('drizzle-orm');
  });
});

/** The packages of databases among the modules that a program loads. */
async function databaseModules(project: ConsumerProject, program: string): Promise<readonly string[]> {
  const log = join(project.folder, `${program}.log`);
  const { exitCode, stderr } = await project.run(
    'env',
    `LOADED_MODULES=${log}`,
    'node',
    '--import',
    fixture('log-modules.mjs'),
    program,
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const loaded = readFileSync(log, 'utf8');
  expect(loaded).toContain('@sisyphus-state');
  const names = [...loaded.matchAll(/node_modules\/(better-sqlite3|drizzle-orm|pg)\//g)].map(([, name]) => name);
  return [...new Set(names)].filter((name) => name !== undefined).sort();
}
