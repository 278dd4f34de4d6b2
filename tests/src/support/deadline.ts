/** Waits for a promise, but not for ever: rejects with what it was when the time is over. */
export async function deadlineOf<T>(what: string, promise: Promise<T>, deadlineMs = 60_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not within ${deadlineMs} ms: ${what}.`)), deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
