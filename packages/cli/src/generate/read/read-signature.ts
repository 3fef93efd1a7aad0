import { ts } from 'ts-morph';
import type { ParameterModel, SignatureModel, TypeModel } from '../model.js';
import type { Place } from './problem-list.js';
import { readTupleElements } from './read-collections.js';
import { streamedType, writtenValue } from './read-stream.js';
import { readWithoutUndefined } from './read-union.js';
import type { TypeReader } from './type-reader.js';
import { annotationOf, writtenArgument, writtenElement } from './written-types.js';

/** One way to call a method; undefined if it cannot be generated at all. */
export function readSignature(signature: ts.Signature, place: Place, reader: TypeReader): SignatureModel | undefined {
  const [generic] = signature.getTypeParameters() ?? [];
  if (generic !== undefined) {
    reader.problems.add(
      place,
      `The type parameter ${generic.symbol.name} has no meaning on the wire. Write the types that are meant, as overloads if there are several.`,
    );
    return undefined;
  }
  const used = new Set<string>();
  const least = signature.parameters.findLastIndex((symbol) => !takesVoid(symbol, reader)) + 1;
  const last = signature.parameters.length - 1;
  const parameters = signature.parameters.flatMap((symbol, index) =>
    readParameter(symbol, { place, reader, used, mayBeMissing: index >= least, mayStream: index === last }),
  );
  const { result, many } = readResult(signature, place, reader);
  const takes = parameters.some(({ stream }) => stream);
  const stream = many ? (takes ? 'both' : 'server') : takes ? 'client' : undefined;
  return { parameters, result, ...(stream && { stream }) };
}

interface Reading {
  /** That of the method. */
  readonly place: Place;
  readonly reader: TypeReader;
  /** Names of the parameters so far. */
  readonly used: Set<string>;
  /** Whether it can be left out although it does not say so: `void` can, where nothing that is needed follows. */
  readonly mayBeMissing: boolean;
  /** Whether it may be a stream: only the last one is sent after the others. */
  readonly mayStream: boolean;
}

function takesVoid(symbol: ts.Symbol, { open }: TypeReader): boolean {
  const type = open.checker.getTypeOfSymbol(symbol);
  const members = type.isUnion() ? type.types : [type];
  const isOptional = open.checker.isOptionalParameter(symbol.valueDeclaration as ts.ParameterDeclaration);
  return isOptional || members.some(({ flags }) => flags & ts.TypeFlags.Void);
}

function readParameter(symbol: ts.Symbol, reading: Reading): ParameterModel[] {
  const { place, reader, used } = reading;
  const { checker } = reader.open;
  const declaration = symbol.valueDeclaration as ts.ParameterDeclaration;
  const name = nameOf(declaration, symbol, used);
  const inside: Place = { path: `${place.path}(${name})`, node: declaration, written: annotationOf(declaration) };
  const type = checker.getTypeOfSymbol(symbol);
  if (declaration.dotDotDotToken !== undefined) return readRest(type, name, inside, reading);
  if (type.flags & ts.TypeFlags.Never) {
    reader.problems.add(inside, 'No value is of type never, so nobody could call this. Write another type.');
  }
  const optional = reading.mayBeMissing || checker.isOptionalParameter(declaration);
  const streamed = reading.mayStream && !optional ? streamedType(type, reader.open) : undefined;
  if (streamed !== undefined) {
    const each = { ...inside, path: `${inside.path}[]`, written: writtenValue(inside.written) };
    return [{ name, type: noVoid(reader.read(streamed, each)), optional: false, rest: false, stream: true }];
  }
  return [{ name, type: typeOf(type, optional, inside, reader), optional, rest: false }];
}

function typeOf(type: ts.Type, optional: boolean, place: Place, reader: TypeReader): TypeModel {
  if (optional) return readWithoutUndefined(type, place, reader);
  const { initializer } = place.node as ts.ParameterDeclaration;
  if (initializer === undefined) return noVoid(reader.read(type, place));
  // A parameter with a default that needed ones follow cannot be left out, but undefined stands for the default.
  const given = readWithoutUndefined(type, place, reader);
  const members = given.kind === 'union' ? given.members : [given];
  return { kind: 'union', members: [...members, { kind: 'keyword', name: 'undefined' }] };
}

/** `...names: string[]` is one parameter, `...at: [x: number, y: number]` are two. */
function readRest(type: ts.Type, name: string, place: Place, { reader, used }: Reading): ParameterModel[] {
  const { checker } = reader.open;
  if (checker.isTupleType(type)) {
    return readTupleElements(type as ts.TupleTypeReference, place, reader).map((element, index) => ({
      name: unique(element.name ?? `${name}${index + 1}`, used),
      type: element.type,
      optional: element.optional,
      rest: element.rest,
    }));
  }
  if (!checker.isArrayType(type)) {
    const message = 'These parameters depend on each other. Write an overload for each way to call the method.';
    return [{ name, type: reader.refuse(place, message), optional: false, rest: true }];
  }
  const [element] = checker.getTypeArguments(type as ts.TypeReference);
  const inside = { ...place, path: `${place.path}[]`, written: writtenElement(place.written) };
  return [{ name, type: noVoid(reader.read(element!, inside)), optional: false, rest: true }];
}

/** What a call gives, without promises around it, and whether it is each of many values. */
function readResult(
  signature: ts.Signature,
  { path, node }: Place,
  reader: TypeReader,
): { readonly result: TypeModel; readonly many: boolean } {
  const { checker } = reader.open;
  const written = (signature.declaration as ts.SignatureDeclaration | undefined)?.type;
  const type = signature.getReturnType();
  const place: Place = { path: `${path}()`, node: written ?? node };
  const awaited = checker.getAwaitedType(type) ?? type;
  const streamed = streamedType(awaited, reader.open);
  if (streamed === undefined)
    return { result: reader.read(awaited, { ...place, written: awaitedNode(written) }), many: false };
  const each = { ...place, path: `${place.path}[]`, written: writtenValue(awaitedNode(written)) };
  return { result: noVoid(reader.read(streamed, each)), many: true };
}

function awaitedNode(written: ts.TypeNode | undefined): ts.TypeNode | undefined {
  return writtenArgument(written, 0, ['Promise', 'PromiseLike']) ?? written;
}

/** A parameter that is taken apart where it is declared has no name; its form gives it one. */
function nameOf({ name }: ts.ParameterDeclaration, symbol: ts.Symbol, used: Set<string>): string {
  if (ts.isObjectBindingPattern(name)) return unique('options', used);
  if (ts.isArrayBindingPattern(name)) return unique('values', used);
  return unique(symbol.name, used);
}

function unique(wanted: string, used: Set<string>): string {
  let name = wanted;
  for (let count = 2; used.has(name); count += 1) name = `${wanted}${count}`;
  used.add(name);
  return name;
}

function noVoid(model: TypeModel): TypeModel {
  const isVoid = model.kind === 'keyword' && model.name === 'void';
  return isVoid ? { kind: 'keyword', name: 'undefined' } : model;
}
