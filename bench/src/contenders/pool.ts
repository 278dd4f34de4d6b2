/** Does a job so many times, `atATime` of them under way until none is left to begin. */
export async function pool(count: number, atATime: number, job: () => Promise<unknown>): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await job();
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, atATime) }, lane));
}
