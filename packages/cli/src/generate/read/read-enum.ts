import { ts } from 'ts-morph';
import type { DeclarationModel } from '../model.js';
import { docOf } from './documentation.js';
import type { Place } from './problem-list.js';
import type { EnumSymbol, Reader } from './reader.js';

/** What a type has to do with an enum: it is all of it, or one member of several. */
interface FoundEnum {
  readonly symbol: EnumSymbol;
  readonly member: { readonly member: string; readonly value: string | number } | undefined;
}

/** The enum that a type is or belongs to. The only member of an enum is the enum. */
export function enumOf(type: ts.Type, checker: ts.TypeChecker): FoundEnum | undefined {
  const symbol = type.flags & ts.TypeFlags.EnumLike ? type.getSymbol() : undefined;
  if (symbol === undefined) return undefined;
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined || !ts.isEnumMember(declaration)) return { symbol, member: undefined };
  const parent = checker.getSymbolAtLocation(declaration.parent.name)!;
  const value = checker.getConstantValue(declaration);
  if (membersOf(parent).length === 1 || value === undefined) return { symbol: parent, member: undefined };
  return { symbol: parent, member: { member: symbol.name, value } };
}

/** How many members an enum has, over all of its declarations. */
export function membersOf(symbol: EnumSymbol): readonly ts.EnumMember[] {
  return (symbol.declarations ?? []).filter(ts.isEnumDeclaration).flatMap(({ members }) => [...members]);
}

/** The declaration of an enum. Members whose value only running the program can tell are a problem. */
export function readEnum(symbol: EnumSymbol, name: string, place: Place, reader: Reader): DeclarationModel {
  const { checker } = reader.open;
  const members = membersOf(symbol).map((member) => {
    const memberSymbol = checker.getSymbolAtLocation(member.name)!;
    const value = checker.getConstantValue(member);
    if (value === undefined) {
      reader.problems.add(
        { path: place.path, node: member },
        `${symbol.name}.${memberSymbol.name} is computed when the program runs. Give it a literal value.`,
      );
    }
    return { name: memberSymbol.name, value: value ?? 0, doc: docOf(memberSymbol, checker) };
  });
  return { kind: 'enum', name, doc: docOf(symbol, checker), members };
}
