#!/usr/bin/env node
import module from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`sisyphus needs Node 20.19 or newer; this is ${process.version}.\n`);
  process.exit(2);
}
// Node 22 and newer keep the compiled code between starts.
module.enableCompileCache?.();
const { start } = await import('../dist/main.js');
await start();
