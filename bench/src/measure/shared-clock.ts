/** Milliseconds that only go forward and are the same in all processes of this machine. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
