/** What the emitters can be told. */
export interface EmitOptions {
  /**
   * Import named types from this module instead of writing them out: `from` is the module specifier, as it will stand in
   * the generated file. Only types are imported, so nothing of that module is there at run time.
   */
  readonly importTypes?: { readonly from: string };
  /** Declarations that stand in a module for several services: its specifier, and their names. Both as for `importTypes`. */
  readonly shared?: { readonly from: string; readonly names: ReadonlySet<string> };
}
