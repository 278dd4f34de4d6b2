/** Says what this process really runs on, as `node 24, better-sqlite3 13`: read off the binaries it has loaded. */
export function reportRuntime(): Promise<string>;
