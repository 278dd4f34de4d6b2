/** The workflows that steps of a checked definition name, each once; those that an expression names are not known yet. */
export function calledWorkflows(steps: unknown): readonly string[] {
  const found = new Set<string>();
  collect(steps, found);
  return [...found];
}

/** Also in fallbacks and compensations. Other values that look the same are no harm: they are only looked up. */
function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const { type, with: input }: { type?: unknown; with?: unknown } = value;
  if (type === 'workflow' && typeof input === 'object' && input !== null && 'workflow' in input) {
    const { workflow } = input;
    if (typeof workflow === 'string' && !workflow.includes('${{')) found.add(workflow);
  }
  for (const each of Object.values(value)) collect(each, found);
}
