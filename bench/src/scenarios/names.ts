/** The scenarios, in the order they run; as `--only` takes them. */
export const scenarioNames = [
  'sequential',
  'concurrent',
  'foreach',
  'long',
  'resume',
  'code',
  'scale',
  'history',
  'first-step',
  'memory',
  'postgres',
  'workers',
  'latency',
] as const;

export type ScenarioName = (typeof scenarioNames)[number];

/** Those that need a PostgreSQL server. */
export const onPostgres: ReadonlySet<ScenarioName> = new Set(['postgres', 'workers', 'latency']);
