import { ts } from 'ts-morph';
import type { MethodModel } from '../model.js';
import type { BoundClass } from './class-lineage.js';
import { docOf } from './documentation.js';
import type { Decorations } from './decorations.js';
import { checkMethodKind, checkProperty } from './method-checks.js';
import { readSignature } from './read-signature.js';
import { streamOf } from './read-stream.js';
import type { Bound } from './static/bound.js';
import { propertyOf } from './static/properties.js';
import type { ParsedSource } from './static/source.js';
import type { TypeReader } from './type-reader.js';
import { methodOptions, type OptionsReader } from './written-options.js';

/** What the methods of a service are read with. */
export interface MethodReading {
  readonly className: string;
  /** The name of the class or of the constant, or what has none. */
  readonly anchor: ts.Node;
  /** That of an instance: it knows type arguments of base classes, and overrides. */
  readonly type: ts.Type;
  readonly types: TypeReader;
  readonly options: OptionsReader;
}

/** What makes a method remote. */
interface Declared {
  readonly node: ts.Node;
  /** Its options. */
  readonly argument: Bound | undefined;
}

/** Reads the remote methods of one service. */
export class MethodReader {
  readonly #reading: MethodReading;

  constructor(reading: MethodReading) {
    this.#reading = reading;
  }

  /** Those of a class, those of base classes first. An override stands where the method it overrides does. */
  ofClass(lineage: readonly BoundClass[], decorations: Decorations): MethodModel[] {
    const found = new Map<string, Declared>();
    for (const at of lineage)
      for (const [name, declared] of this.#decorated(at, decorations)) found.set(name, declared);
    return [...found].flatMap(([property, declared]) => this.#method(property, declared));
  }

  /** Those of the object that `defineService` is given. */
  ofContract(methods: Bound, source: ParsedSource): MethodModel[] {
    const { className, types } = this.#reading;
    const written = source.follow(methods);
    const type = source.checker.getTypeAtLocation(written.node);
    if (type.flags & ts.TypeFlags.Any) {
      const message = 'Which methods it has is known only when the program runs. Write an object literal.';
      types.problems.add({ path: className, node: methods.node }, message);
    }
    return type.getProperties().flatMap(({ name }) => {
      const argument = propertyOf(written, name, source);
      if (argument !== undefined) return this.#method(name, { node: argument.node, argument });
      const message = 'What is said of this method is known only when the program runs. Write an object literal.';
      types.problems.add({ path: `${className}.${name}`, node: methods.node }, message);
      return [];
    });
  }

  #decorated({ node, scope }: BoundClass, decorations: Decorations): [string, Declared][] {
    const { className, types } = this.#reading;
    return node.members.flatMap((member): [string, Declared][] => {
      const path = `${className}.${member.name?.getText() ?? '?'}`;
      const decoration = decorations.of(member, 'RpcMethod', path, scope);
      if (decoration === undefined || !checkMethodKind(member, decoration, path, types.problems)) return [];
      return [[member.name.text, { node: member, argument: decoration.argument }]];
    });
  }

  #method(property: string, { node, argument }: Declared): MethodModel[] {
    const { className, anchor, types, options, type } = this.#reading;
    const { open, problems } = types;
    const path = `${className}.${property}`;
    if (!checkProperty(property, { path, node: ts.getNameOfDeclaration(node as ts.Declaration) ?? node }, problems))
      return [];
    const symbol = open.checker.getPropertyOfType(type, property);
    if (symbol === undefined) {
      problems.add({ path, node: anchor }, this.#lost());
      return [];
    }
    const written = options.read(argument, path);
    const declared = symbol.valueDeclaration ?? node;
    const place = { path, node: ts.getNameOfDeclaration(declared as ts.Declaration) ?? declared };
    const signatures = open.checker
      .getNonNullableType(open.checker.getTypeOfSymbol(symbol))
      .getCallSignatures()
      .flatMap((signature) => readSignature(signature, place, types) ?? []);
    const doc = docOf(symbol, open.checker);
    const stream = streamOf({ signatures }, written, { ...place, tells: isAsyncGenerator(declared) }, problems);
    const said = methodOptions(written, property, path, problems);
    return [{ property, ...said, ...(stream && { stream }), doc, signatures }];
  }

  #lost(): string {
    const { className, anchor } = this.#reading;
    if (ts.isClassLike(anchor.parent)) {
      return (
        `The method is remote, but the type of ${className} does not have it: it gets lost in what a function says that it ` +
        'returns. Let that type name the method.'
      );
    }
    return 'The type of the service does not have this method. Name its interface: defineService<Interface>(…).';
  }
}

/** Whether a method tells by itself that it answers with a stream. */
function isAsyncGenerator(node: ts.Node): boolean {
  if (!ts.isMethodDeclaration(node) || node.asteriskToken === undefined) return false;
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Async) !== 0;
}
