/** The scenarios, in the order they run; as `--only` takes them. */
export const scenarioNames = [
  'sequential',
  'concurrent',
  'foreach',
  'long',
  'resume',
  'history',
  'first-step',
  'memory',
] as const;

export type ScenarioName = (typeof scenarioNames)[number];
