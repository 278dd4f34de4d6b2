import { inspectDefinitionText, showIssue } from '@sisyphus-state/executor';

/** Whether parsed YAML or JSON is a whole workflow, not a piece of one or something else. */
export function isWorkflow(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'steps' in value && 'name' in value;
}

/** All that the definition checks say of a workflow, warnings included; empty when nothing. */
export function checkWorkflow(text: string): readonly string[] {
  const { issues } = inspectDefinitionText(text);
  return issues.filter(({ severity }) => severity !== 'note').map((issue) => showIssue(issue));
}
