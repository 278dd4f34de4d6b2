import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { hello } from '@sisyphus-state/handler-hello';
import { createFileHandler, http, shell, transform } from '@sisyphus-state/handlers';
import { describeHandlerConformance } from '@sisyphus-state/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { temporaryFolder } from './support/temporary-folder.js';

const framework = { describe, it };
const folder = temporaryFolder();
let server: Server;

/** Answers `/json` at once and `/never` never. */
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/json') response.setHeader('content-type', 'application/json').end('{"ok":null}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  folder.remove();
});

/** A sample that is made when it is used: the server's port is not known before. */
const request = (path: string) => () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { url: `http://127.0.0.1:${address.port}${path}` };
};

describeHandlerConformance(
  transform,
  { sampleInputs: [{ value: null }, { value: { a: ['', 0, false] } }], badInputs: [{}, null] },
  framework,
);

describeHandlerConformance(
  hello,
  {
    sampleInputs: [{ name: 'Ada' }, { name: 'Ada', greeting: 'Bonjour' }],
    badInputs: [undefined, { name: ' ' }, { name: 'Ada\nByron' }, { name: 'Ada', title: 'Lady' }],
  },
  framework,
);

describeHandlerConformance(
  shell,
  {
    sampleInputs: [
      { command: process.execPath, args: ['-p', '"a\\nb"'], parse: 'lines' },
      { command: process.execPath, args: ['-p', '"[null]"'], parse: 'json' },
    ],
    badInputs: [{}, { command: '' }, { command: 'x', unknown: 1 }],
    endlessInput: { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] },
  },
  framework,
);

describeHandlerConformance(
  http,
  { sampleInputs: [request('/json')], badInputs: [{}, { url: 'ftp://x' }], endlessInput: request('/never') },
  framework,
);

describeHandlerConformance(
  createFileHandler({ root: join(folder.path) }),
  {
    sampleInputs: [
      { action: 'write', path: 'a.json', json: { a: null } },
      { action: 'exists', path: 'a.json' },
      { action: 'delete', path: 'missing.txt' },
    ],
    badInputs: [{}, { action: 'read' }, { action: 'write', path: '../outside.txt', content: '' }],
  },
  framework,
);
