/** The workflows that steps of a checked definition name, each once; those that an expression names are not known yet. */
export function calledWorkflows(steps: unknown): readonly string[] {
  const found = new Set<string>();
  collect(steps, found);
  return [...found];
}

/** Also in fallbacks and compensations. What a workflow that is written out calls is for whoever runs that one. */
function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const { type, with: input, ...others }: { readonly type?: unknown; readonly with?: unknown } = value;
  if (type === 'workflow' && typeof input === 'object' && input !== null && 'workflow' in input) {
    const { workflow } = input;
    if (typeof workflow === 'string' && !workflow.includes('${{')) found.add(workflow);
  }
  for (const each of Object.values(others)) collect(each, found);
}
