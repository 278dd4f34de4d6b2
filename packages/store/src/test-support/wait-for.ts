/** Waits for a condition, at most twenty seconds; never for a fixed time. */
export async function waitFor<T>(what: string, look: () => T | null | false | undefined): Promise<T> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const found = look();
    if (found !== null && found !== false && found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`Waited in vain for this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
