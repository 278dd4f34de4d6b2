/** How long something took, by the clock and by the processor. */
export interface Sample {
  readonly seconds: number;
  /** User and system time of this process; waiting for the disk is none. */
  readonly cpuSeconds: number;
}

/** Does a job and says how long it took. */
export async function timed(job: () => Promise<unknown>): Promise<Sample> {
  const cpu = process.cpuUsage();
  const from = performance.now();
  await job();
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (user + system) / 1e6 };
}
