import type { ts } from 'ts-morph';
import type { TypeModel } from '../model.js';
import type { OpenProgram } from './open-program.js';
import type { Place, ProblemList } from './problem-list.js';

/** The symbol of an enum, not that of a member. */
export type EnumSymbol = ts.Symbol;

/** What those who read one kind of type work with, and read the types inside it with. */
export interface Reader {
  readonly open: OpenProgram;
  readonly problems: ProblemList;
  readonly strict: boolean;
  /** The model of a type. What cannot travel becomes a problem. */
  read(type: ts.Type, place: Place): TypeModel;
  /** The declaration of an enum. */
  referToEnum(symbol: EnumSymbol, place: Place): TypeModel & { kind: 'reference' };
}
