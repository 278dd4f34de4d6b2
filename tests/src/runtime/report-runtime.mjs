// Says what this process really runs on: its Node, and the driver whose binary is loaded once a store is open.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openStore } from '@sisyphus-state/store';

export async function reportRuntime() {
  const store = await openStore(':memory:');
  await store.close();
  const binaries = process.report.getReport().sharedObjects.filter((file) => file.includes('/better-sqlite3/'));
  const drivers = binaries.map((file) => `better-sqlite3 ${majorOf(versionAbove(file))}`);
  return [`node ${majorOf(process.versions.node)}`, ...new Set(drivers)].join(', ');
}

function majorOf(version) {
  return version.split('.')[0];
}

/** The version of the package that a file belongs to. */
function versionAbove(file) {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const { name, version } = readPackage(folder);
    if (name === 'better-sqlite3') return version;
  }
  throw new Error(`${file} belongs to no package.`);
}

function readPackage(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return {};
  }
}
