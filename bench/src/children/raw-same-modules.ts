// The modules the engine loads, those it loads when a store is opened included.
import '@sisyphus-state/executor';
import '@sisyphus-state/store';
import '@sisyphus-state/store/sqlite';
import 'drizzle-orm/better-sqlite3';
import { openRaw } from '../contenders/raw.js';
import { runChild } from './run-child.js';

await runChild(openRaw);
