import type { Handler } from '@sisyphus-state/handlers';

/** A handler that blocks the whole event loop until a file is there, and returns the file's text. */
export function blockHandler(options: { readonly effects: string }): Handler<{ readonly until: string }>;
