import { ts } from 'ts-morph';
import type { KeywordName, TypeModel } from '../model.js';
import { originOf } from './compiler-facts.js';
import { enumOf, membersOf } from './read-enum.js';
import type { Place } from './problem-list.js';
import type { EnumSymbol, Reader } from './reader.js';
import { writtenMembers } from './written-types.js';

/** One member of a union, and the types of the compiler that it covers. */
interface Candidate {
  readonly covers: readonly ts.Type[];
  readonly read: () => TypeModel;
}

/**
 * A union, in the order in which it is written. The compiler keeps its members in the order in which it met them, which
 * depends on the files that were read before; what is not written is therefore put in an order of its own.
 */
export function readUnion(type: ts.UnionType, place: Place, reader: Reader): TypeModel {
  return readMembers(type, withoutToJson(type.types), place, reader);
}

/** A union without `undefined`, for what is optional anyway. */
export function readWithoutUndefined(type: ts.Type, place: Place, reader: Reader): TypeModel {
  if (!type.isUnion()) return isUndefined(type) ? { kind: 'keyword', name: 'never' } : reader.read(type, place);
  const kept = withoutToJson(type.types.filter((member) => !isUndefined(member)));
  if (kept.length === type.types.length) return reader.read(type, place);
  return readMembers(type, kept, place, reader);
}

/** `x?: string | undefined` says more than `x?: string`: whether undefined may be written out. */
export function readOptional(type: ts.Type, place: Place, reader: Reader): TypeModel {
  const written = type.isUnion() && type.types.includes(reader.open.checker.getUndefinedType());
  return written ? reader.read(type, place) : readWithoutUndefined(type, place, reader);
}

/**
 * Members of which something is known but that they have a method `toJSON`, which nobody calls here: Prisma's
 * `InputJsonValue` has one beside those that travel.
 */
function withoutToJson(members: readonly ts.Type[]): readonly ts.Type[] {
  const kept = members.filter((member) => {
    const [only, ...others] = member.flags & ts.TypeFlags.Object ? member.getProperties() : [];
    return only?.name !== 'toJSON' || others.length > 0;
  });
  return kept.length === 0 ? members : kept;
}

function isUndefined(type: ts.Type): boolean {
  return (type.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) !== 0;
}

function readMembers(type: ts.UnionType, members: readonly ts.Type[], place: Place, reader: Reader): TypeModel {
  const remaining = new Set(members);
  const take = (candidates: readonly Candidate[]): TypeModel[] =>
    candidates.flatMap(({ covers, read }) => {
      if (covers.length === 0 || !covers.every((member) => remaining.has(member))) return [];
      for (const member of covers) remaining.delete(member);
      return [read()];
    });
  const written = take(candidatesFromSource(place, reader, type));
  const unwritten = take(candidatesFromTypes(type, [...remaining], place, reader));
  if (unwritten.length === 0) return unionOf(written);
  return unionOf([...written, ...unwritten].sort((left, right) => nothingLast(left) - nothingLast(right)));
}

function candidatesFromSource(place: Place, reader: Reader, whole: ts.UnionType): Candidate[] {
  return writtenMembers(place.written).flatMap((written) => {
    const found = reader.open.checker.getTypeFromTypeNode(written);
    return found === whole ? [] : [candidateOf(found, { ...place, written }, reader)];
  });
}

function candidateOf(type: ts.Type, place: Place, reader: Reader): Candidate {
  return { covers: type.isUnion() ? withoutToJson(type.types) : [type], read: () => reader.read(type, place) };
}

/** `true | false` is `boolean`, all members of an enum are the enum, and everything else stands for itself. */
function candidatesFromTypes(
  union: ts.UnionType,
  members: readonly ts.Type[],
  place: Place,
  reader: Reader,
): Candidate[] {
  const { checker } = reader.open;
  const booleans = members.filter((member) => member.flags & ts.TypeFlags.BooleanLiteral);
  const whole: Candidate[] =
    booleans.length === 2 ? [{ covers: booleans, read: () => ({ kind: 'keyword', name: 'boolean' }) }] : [];
  for (const [symbol, found] of byEnum(members, checker)) {
    const complete = found.length === membersOf(symbol).length;
    if (complete) whole.push({ covers: found, read: () => reader.referToEnum(symbol, place) });
  }
  const order = orderOf(checker);
  const here = { ...place, written: undefined };
  const origins = originOf(union).filter((origin) => origin.isUnion());
  return [
    ...origins.sort(order).map((origin) => candidateOf(origin, here, reader)),
    ...whole,
    ...[...members].sort(order).map((member) => candidateOf(member, here, reader)),
  ];
}

function byEnum(members: readonly ts.Type[], checker: ts.TypeChecker): Map<EnumSymbol, ts.Type[]> {
  const groups = new Map<EnumSymbol, ts.Type[]>();
  for (const member of members) {
    const found = enumOf(member, checker);
    if (found !== undefined) groups.set(found.symbol, [...(groups.get(found.symbol) ?? []), member]);
  }
  return groups;
}

/** A union of what is left once unions in unions, repetitions and `void` are gone. */
function unionOf(parts: readonly TypeModel[]): TypeModel {
  const members = new Map<string, TypeModel>();
  for (const part of parts.flatMap((found) => (found.kind === 'union' ? found.members : [found]))) {
    const isVoid = part.kind === 'keyword' && part.name === 'void';
    const member: TypeModel = isVoid ? { kind: 'keyword', name: 'undefined' } : part;
    members.set(textOf(member), member);
  }
  // `'red' | (string & {})` is a way to write string that editors complete.
  const absorbed = (member: TypeModel): boolean =>
    member.kind === 'literal' && members.has(textOf({ kind: 'keyword', name: keywordOf(member.value) }));
  const [only, ...others] = [...members.values()].filter((member) => !absorbed(member));
  if (only === undefined) return { kind: 'keyword', name: 'never' };
  return others.length === 0 ? only : { kind: 'union', members: [only, ...others] };
}

function keywordOf(value: string | number | boolean | bigint): KeywordName {
  return typeof value as 'string' | 'number' | 'boolean' | 'bigint';
}

/** What says the same in every run: what is declared stands where it is declared, the rest by its text. */
function orderOf(checker: ts.TypeChecker): (left: ts.Type, right: ts.Type) => number {
  const keyOf = (type: ts.Type): readonly [string, number, string] => {
    const declaration = (type.aliasSymbol ?? type.getSymbol())?.declarations?.[0];
    const text = checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation);
    if (declaration !== undefined) return [declaration.getSourceFile().fileName, declaration.pos, text];
    return ['', type.isNumberLiteral() ? type.value : 0, text];
  };
  return (left, right) => {
    const [[file, at, text], [otherFile, otherAt, otherText]] = [keyOf(left), keyOf(right)];
    if (file !== otherFile) return file < otherFile ? -1 : 1;
    if (at !== otherAt) return at - otherAt;
    return text < otherText ? -1 : 1;
  };
}

function nothingLast(model: TypeModel): number {
  return model.kind === 'keyword' ? ['null', 'undefined', 'void'].indexOf(model.name) : -1;
}

function textOf(model: TypeModel): string {
  return JSON.stringify(model, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}
