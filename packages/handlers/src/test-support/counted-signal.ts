/** A signal that counts its listeners. */
export function countedSignal(): { readonly signal: AbortSignal; listeners(): number } {
  const { signal } = new AbortController();
  const { addEventListener, removeEventListener } = signal;
  let count = 0;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    count += 1;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    count -= 1;
    removeEventListener.apply(signal, args);
  };
  return { signal, listeners: () => count };
}
