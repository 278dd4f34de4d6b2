/**
 * Who holds a lease, precisely enough to prove it dead.
 *
 * A process is provably dead only for an observer on the same boot of the same kernel and in the same pid namespace:
 * its pid is gone, is a zombie, or belongs to a process that started at another time. Null: this system cannot tell.
 */
export interface ProcessIdentity {
  readonly host: string;
  readonly bootId: string | null;
  readonly pidNamespace: string | null;
  readonly pid: number;
  /** Clock ticks after boot at which the process started (`/proc/<pid>/stat`, field 22). */
  readonly processStart: string | null;
}
