import type { ExtensionRules } from './extension-rules.js';

/** What one codec sends and takes on one wire. */
export interface ValueTable {
  /** Whether every value of the language arrives as itself, by the extension types of `docs/values.md`. */
  readonly exact: boolean;
  /** Whether an object that occurs twice is one object over there as well. Only where values are exact. */
  readonly references: boolean;
  /** Whether class instances are sent as plain objects. */
  readonly plainInstances: boolean;
  /** The users' own types. */
  readonly extensions: ExtensionRules;
}
