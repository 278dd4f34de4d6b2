/** A fault of engines like this one, and what shows that this one does not have it. */
export interface Pitfall {
  readonly number: number;
  /** What must hold. */
  readonly property: string;
  /** Where it is shown: a file, and the name of a test in it, which names the pitfall. */
  readonly tests: readonly (readonly [file: string, name: string])[];
  /** Why nothing shows it yet, or not all of it. */
  readonly open?: string;
}
