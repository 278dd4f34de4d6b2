// Required by every process and thread of the tests: whoever asks for better-sqlite3 gets the one beside this file.
//
// Not `--import`: a thread that is made from a text begins before what is imported has run.
const { registerHooks } = require('node:module');
const { pathToFileURL } = require('node:url');

const name = 'better-sqlite3';
const driver = pathToFileURL(require.resolve(name)).href;
const own = pathToFileURL(`${__dirname}/node_modules/${name}/`).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier === name) return nextResolve(driver, context);
    // Vitest names files where others name packages, so what is found counts too.
    const found = nextResolve(specifier, context);
    const isAnother = found.url.includes(`/node_modules/${name}/`) && !found.url.startsWith(own);
    return isAnother ? nextResolve(driver, context) : found;
  },
});
