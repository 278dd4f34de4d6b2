/** What a definition is checked against; without it, types are not looked at and extra keys are errors. */
export interface DefinitionOptions {
  /** Tells whether there is a handler of a type. */
  readonly hasHandler?: (type: string) => boolean;
  /** Tells whether a type is handled by a plain function, which gets every key its step has. */
  readonly isPlainType?: (type: string) => boolean;
  /** The types there are, to suggest one. */
  readonly handlerTypes?: readonly string[];
}
