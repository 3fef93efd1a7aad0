import { ts } from 'ts-morph';
import type { KeywordName, TypeModel } from '../model.js';

/** Flags and the keyword that they are written as. */
const KEYWORDS: readonly (readonly [flags: ts.TypeFlags, name: KeywordName])[] = [
  [ts.TypeFlags.Any | ts.TypeFlags.Unknown, 'unknown'],
  [ts.TypeFlags.String, 'string'],
  [ts.TypeFlags.Number, 'number'],
  [ts.TypeFlags.Boolean, 'boolean'],
  [ts.TypeFlags.BigInt, 'bigint'],
  [ts.TypeFlags.Null, 'null'],
  [ts.TypeFlags.Undefined, 'undefined'],
  [ts.TypeFlags.Void, 'void'],
  [ts.TypeFlags.Never, 'never'],
  [ts.TypeFlags.NonPrimitive, 'object'],
];

/** The model of a type without parts, or undefined for others and for members of enums. */
export function readKeyword(type: ts.Type): TypeModel | undefined {
  for (const [flags, name] of KEYWORDS) {
    if (type.flags & flags) return { kind: 'keyword', name };
  }
  if (type.flags & ts.TypeFlags.EnumLike) return undefined;
  if (type.flags & ts.TypeFlags.BooleanLiteral) return { kind: 'literal', value: isTrue(type) };
  if (!type.isLiteral()) return undefined;
  return { kind: 'literal', value: typeof type.value === 'object' ? toBigInt(type.value) : type.value };
}

function isTrue(type: ts.Type): boolean {
  return (type as { intrinsicName?: string }).intrinsicName === 'true';
}

function toBigInt({ negative, base10Value }: ts.PseudoBigInt): bigint {
  return BigInt(negative ? `-${base10Value}` : base10Value);
}
