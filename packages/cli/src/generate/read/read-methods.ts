import type { ts } from 'ts-morph';
import type { MethodModel } from '../model.js';
import type { BoundClass } from './class-lineage.js';
import { docOf } from './documentation.js';
import type { Decoration, Decorations } from './decorations.js';
import { checkMethodKind, checkProperty } from './method-checks.js';
import { readSignature } from './read-signature.js';
import type { TypeReader } from './type-reader.js';
import { methodOptions, type OptionsReader } from './written-options.js';

/** What the methods of a service are read with. */
export interface MethodReading {
  readonly className: string;
  /** That of an instance: it knows type arguments of base classes, and overrides. */
  readonly type: ts.Type;
  readonly types: TypeReader;
  readonly options: OptionsReader;
  readonly decorations: Decorations;
}

interface DecoratedMember {
  readonly member: ts.ClassElement;
  readonly decoration: Decoration;
}

export class MethodReader {
  readonly #reading: MethodReading;

  constructor(reading: MethodReading) {
    this.#reading = reading;
  }

  /** Remote methods, those of base classes first. An override stands where the method it overrides does. */
  read(lineage: readonly BoundClass[], className: ts.Node): MethodModel[] {
    const found = new Map<string, DecoratedMember>();
    for (const at of lineage) for (const [name, decorated] of this.#decorated(at)) found.set(name, decorated);
    return [...found].flatMap(([property, decorated]) => this.#method(property, decorated, className));
  }

  #decorated({ node, scope }: BoundClass): [string, DecoratedMember][] {
    const { className, decorations, types } = this.#reading;
    return node.members.flatMap((member): [string, DecoratedMember][] => {
      const path = `${className}.${member.name?.getText() ?? '?'}`;
      const decoration = decorations.of(member, 'RpcMethod', path, scope);
      if (decoration === undefined || !checkMethodKind(member, decoration, path, types.problems)) return [];
      return [[member.name.text, { member, decoration }]];
    });
  }

  #method(property: string, { member, decoration }: DecoratedMember, className: ts.Node): MethodModel[] {
    const { types, options, type, ...reading } = this.#reading;
    const { open, problems } = types;
    const path = `${reading.className}.${property}`;
    if (!checkProperty(property, { path, node: member.name! }, problems)) return [];
    const symbol = open.checker.getPropertyOfType(type, property);
    if (symbol === undefined) {
      const message =
        `The method is remote, but the type of ${reading.className} does not have it: it gets lost in what a function says ` +
        'that it returns. Let that type name the method.';
      problems.add({ path, node: className }, message);
      return [];
    }
    const written = options.read(decoration.argument, path);
    const node = symbol.valueDeclaration ?? member;
    const place = { path, node: (node as ts.NamedDeclaration).name ?? node };
    const signatures = open.checker
      .getTypeOfSymbol(symbol)
      .getCallSignatures()
      .flatMap((signature) => readSignature(signature, place, types) ?? []);
    const doc = docOf(symbol, open.checker);
    return [{ property, ...methodOptions(written, property, path, problems), doc, signatures }];
  }
}
