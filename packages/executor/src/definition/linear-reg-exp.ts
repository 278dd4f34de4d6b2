import { RE2JS } from 're2js';

/** What Ajv asks of a regular expression: to match, and to have a text that no other has (it keeps them by that). */
interface LinearRegExp {
  test(text: string): boolean;
  toString(): string;
}

/**
 * Makes the regular expressions of JSON Schemas: they match in time linear in the text, whatever the pattern.
 *
 * Throws for lookaround and backreferences, which no linear engine has.
 */
export const linearRegExp = Object.assign(
  (pattern: string): LinearRegExp => {
    const compiled = RE2JS.compile(pattern);
    return { test: (text) => compiled.test(text), toString: () => `/${pattern}/` };
  },
  // Ajv would write this into code it saves to a file; it never does here.
  { code: 'linearRegExp' },
);
