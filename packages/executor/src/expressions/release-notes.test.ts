import { describe, expect, it } from 'vitest';
import { createStepsTable, type StepsTable } from './steps-table.js';
import { expression, resolve } from './test-support/evaluate.js';

const SUBJECTS = [
  'feat(cli): colours',
  'fix: a crash: "}}" in a text',
  'feat: more',
  'chore: tidy',
  'Merge branch main',
  'fix(api)!: null, not undefined',
];

function stepsWith(outputs: Readonly<Record<string, unknown>>): StepsTable {
  const steps = createStepsTable([]);
  for (const [id, output] of Object.entries(outputs)) {
    steps.set(id, { status: 'completed', output: JSON.parse(JSON.stringify(output)) });
  }
  return steps;
}

/** What a workflow of nothing but `transform` steps does to the lines of `git log --format=%s`. */
describe('release notes made by expressions alone', () => {
  const parsed = expression(
    `steps.log.output.lines.map(line, cel.bind(type, line.extract(r"^([a-z]+)(?:\\([^)]*\\))?!?: "), {
      "type": type in ["feat", "fix"] ? type : "other",
      "text": type == null ? line : line.substring(line.indexOf(": ") + 2),
      "breaking": line.matches("^[^:]*!:")
    }))`,
  );

  it('reads the commits', () => {
    expect(resolve(parsed, { steps: stepsWith({ log: { lines: SUBJECTS } }) })).toEqual([
      { type: 'feat', text: 'colours', breaking: false },
      { type: 'fix', text: 'a crash: "}}" in a text', breaking: false },
      { type: 'feat', text: 'more', breaking: false },
      { type: 'other', text: 'tidy', breaking: false },
      { type: 'other', text: 'Merge branch main', breaking: false },
      { type: 'fix', text: 'null, not undefined', breaking: true },
    ]);
  });

  const markdown = [
    `# Notes (${expression('size(steps.commits.output)')} commits)`,
    '',
    expression(
      `cel.bind(groups, steps.commits.output.groupBy("type"),
        [["feat", "Features"], ["fix", "Fixes"]]
          .filter(section, section[0] in groups)
          .map(section, "## " + section[1] + "\\n" + groups[section[0]].map(c, "- " + c.text + (c.breaking ? " (breaking)" : "")).join("\\n"))
          .join("\\n\\n"))`,
    ),
    '',
  ].join('\n');

  it('renders them as Markdown', () => {
    const commits = resolve(parsed, { steps: stepsWith({ log: { lines: SUBJECTS } }) });
    expect(resolve(markdown, { steps: stepsWith({ commits }) })).toBe(
      [
        '# Notes (6 commits)',
        '',
        '## Features',
        '- colours',
        '- more',
        '',
        '## Fixes',
        '- a crash: "}}" in a text',
        '- null, not undefined (breaking)',
        '',
      ].join('\n'),
    );
  });
});
