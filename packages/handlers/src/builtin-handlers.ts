import { file } from './file/file.js';
import type { Handler } from './handler.js';
import { http } from './http/http.js';
import { shell } from './shell/shell.js';
import { transform } from './transform.js';

/** Every handler this package brings: `shell`, `http`, `file` and `transform`. */
export const builtinHandlers: readonly Handler[] = Object.freeze([shell, http, file, transform]);
