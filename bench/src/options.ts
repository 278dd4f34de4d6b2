import { parseArgs } from 'node:util';
import { type ScenarioName, scenarioNames } from './scenarios/names.js';

/** What the command line asks for. */
export interface Options {
  readonly quick: boolean;
  readonly json: boolean;
  readonly help: boolean;
  readonly only: readonly ScenarioName[];
}

/** How the command is used. */
export const usage = `pnpm bench [--quick] [--only NAME]… [--json]

  --quick       small sizes, to see that everything runs: the figures mean nothing
  --only NAME   one scenario, may be repeated: ${scenarioNames.join(', ')}
  --json        one JSON document on standard output
`;

/** Reads the command line; throws an error that says what is wrong with it. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  const { quick, json, help, only } = values;
  return { quick, json, help, only: only.length === 0 ? scenarioNames : only.map(toName) };
}

function toName(text: string): ScenarioName {
  const name = scenarioNames.find((known) => known === text);
  if (name === undefined) throw new Error(`There is no scenario "${text}". Choose from: ${scenarioNames.join(', ')}.`);
  return name;
}
