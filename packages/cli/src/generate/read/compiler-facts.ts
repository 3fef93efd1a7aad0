import { ts } from 'ts-morph';
import type { OpenProgram } from './open-program.js';

/** Whether a symbol is declared by the language itself: `Date`, `Map`, `Partial`. */
export function isOfLanguage(symbol: ts.Symbol, { program }: OpenProgram): boolean {
  return (symbol.declarations ?? []).some((found) => program.isSourceFileDefaultLibrary(found.getSourceFile()));
}

/** Whether somebody else's package declares it, or the language: then a problem there is nothing that its reader can mend. */
export function isForeign(declaration: ts.Declaration, { program }: OpenProgram): boolean {
  const source = declaration.getSourceFile();
  return program.isSourceFileDefaultLibrary(source) || source.fileName.includes('/node_modules/');
}

/** Whether a type is one of these classes of the language, or extends it as `Buffer` extends `Uint8Array`. */
export function isClassOfLanguage(type: ts.Type, name: string, open: OpenProgram): boolean {
  const symbol = type.getSymbol();
  if (symbol === undefined) return false;
  if (symbol.name === name && isOfLanguage(symbol, open)) return true;
  const target = (type as ts.TypeReference).target as ts.Type | undefined;
  const declared = target ?? type;
  return declared.isClassOrInterface() && basesOf(declared, open).some((base) => isClassOfLanguage(base, name, open));
}

function basesOf(type: ts.InterfaceType, { checker }: OpenProgram): ts.BaseType[] {
  return checker.getBaseTypes(type);
}

/** A type that the compiler could not find; it goes on as if it were `any`. */
export function isUnresolved(type: ts.Type): boolean {
  return (type as { intrinsicName?: string }).intrinsicName === 'error';
}

/** The type `this`, which is a parameter that every class has. */
export function isThisType(type: ts.Type): boolean {
  return (type as { isThisType?: boolean }).isThisType === true;
}

/** The union as it was put together, before its members were spread out: `Id | null` knows `Id`. */
export function originOf(type: ts.UnionType): readonly ts.Type[] {
  const { origin } = type as { origin?: ts.Type };
  return origin?.isUnion() === true ? origin.types : [];
}

/** The compiler's mark on properties that a mapped or merged type has made read-only. */
const READONLY_CHECK_FLAG = 8;

/** Whether a property cannot be assigned, by its declaration or by the mapped type that it comes from. */
export function isReadonlyProperty(property: ts.Symbol): boolean {
  const { links } = property as { links?: { checkFlags?: number } };
  if (((links?.checkFlags ?? 0) & READONLY_CHECK_FLAG) !== 0) return true;
  const declaration = property.valueDeclaration;
  if (declaration === undefined) return false;
  if (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Readonly) return true;
  return (property.flags & ts.SymbolFlags.GetAccessor) !== 0 && (property.flags & ts.SymbolFlags.SetAccessor) === 0;
}
