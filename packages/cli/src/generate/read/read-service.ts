import type { ts } from 'ts-morph';
import type { MethodModel, ServiceModel } from '../model.js';
import { ClassLineage } from './class-lineage.js';
import { docOf } from './documentation.js';
import { Decorations } from './decorations.js';
import {
  servicesDeclaredIn,
  type DeclaredService,
  type DecoratedClass,
  type DefinedService,
} from './declared-services.js';
import { checkWireNames } from './method-checks.js';
import type { OpenProgram } from './open-program.js';
import { positionOf, type ProblemList } from './problem-list.js';
import { MethodReader } from './read-methods.js';
import { NO_SCOPE, type Bound } from './static/bound.js';
import { ParsedSource } from './static/source.js';
import { toPascal } from './type-names.js';
import { TypeReader } from './type-reader.js';
import { isWireName, OptionsReader } from './written-options.js';

/** Reads the services of one program. */
export class ServiceReader {
  readonly #open: OpenProgram;
  readonly #problems: ProblemList;
  readonly #strict: boolean;
  readonly #source: ParsedSource;
  readonly #decorations: Decorations;
  readonly #lineage: ClassLineage;
  readonly #options: OptionsReader;

  constructor(open: OpenProgram, problems: ProblemList, strict: boolean) {
    const source = new ParsedSource(open.checker);
    this.#open = open;
    this.#problems = problems;
    this.#strict = strict;
    this.#source = source;
    this.#decorations = new Decorations(source, problems);
    this.#lineage = new ClassLineage(source, problems);
    this.#options = new OptionsReader(source, problems);
  }

  /** The services that a file declares. */
  declaredIn(file: ts.SourceFile): readonly DeclaredService[] {
    return servicesDeclaredIn(file, this.#decorations, this.#source);
  }

  /** Reads a service; undefined if it cannot be one. */
  read(found: DeclaredService): { readonly service: ServiceModel; readonly types: TypeReader } | undefined {
    return found.decoration === undefined ? this.#readContract(found) : this.#readClass(found);
  }

  #readClass(found: DecoratedClass): ReadService | undefined {
    const { declaration, name, decoration } = found;
    if (name === undefined) {
      const message = 'A service needs a class that has a name. Give it one.';
      this.#problems.add({ path: 'class', node: declaration }, message);
      return undefined;
    }
    const className = name.text;
    if (declaration.typeParameters !== undefined) {
      const message = 'A service cannot have type parameters. Decorate a subclass that fills them in.';
      this.#problems.add({ path: className, node: declaration.typeParameters[0]! }, message);
      return undefined;
    }
    const symbol = this.#open.checker.getTypeAtLocation(declaration).getSymbol()!;
    const type = this.#open.checker.getDeclaredTypeOfSymbol(symbol);
    const lineage = this.#lineage.of({ node: declaration, scope: NO_SCOPE }, className);
    const given = { node: decoration.decorator, argument: decoration.argument, expected: "@RpcService('Name')" };
    return this.#readMethods({ className, anchor: name, type, symbol, given }, (reader) =>
      reader.ofClass(lineage, this.#decorations),
    );
  }

  #readContract({ declaration, name }: DefinedService): ReadService | undefined {
    const { checker } = this.#open;
    const [serviceName, methods] = declaration.arguments.map((node) => ({ node, scope: NO_SCOPE }));
    const className = name?.text ?? toPascal(String(serviceName && this.#options.serviceName(serviceName, 'service')));
    if (className === '' || methods === undefined) return undefined;
    const given = { node: declaration, argument: serviceName, expected: "defineService('Name', { … })" };
    const anchor = name ?? declaration;
    const symbol = name && checker.getSymbolAtLocation(name);
    return this.#readMethods({ className, anchor, type: this.#typeOf(declaration), symbol, given }, (reader) =>
      reader.ofContract(methods, this.#source),
    );
  }

  /** The interface that a contract is of. */
  #typeOf(declaration: ts.CallExpression): ts.Type {
    const { checker } = this.#open;
    const [written] = declaration.typeArguments ?? [];
    if (written !== undefined) return checker.getTypeFromTypeNode(written);
    const contract = checker.getTypeAtLocation(declaration);
    return checker.getTypeArguments(contract as ts.TypeReference)[0] ?? contract;
  }

  #readMethods(
    { className, anchor, type, symbol, given }: Found,
    methodsOf: (reader: MethodReader) => MethodModel[],
  ): ReadService {
    const types = new TypeReader(this.#open, this.#problems, { strict: this.#strict, reserved: [className] });
    const methods = methodsOf(new MethodReader({ className, anchor, type, types, options: this.#options }));
    checkWireNames(methods, className, anchor, this.#problems);
    const service: ServiceModel = {
      name: this.#serviceName(given, className),
      className,
      doc: docOf(symbol, this.#open.checker),
      methods,
      declarations: types.declarations,
      sourceFile: anchor.getSourceFile().fileName,
      position: positionOf(anchor),
    };
    return { service, types };
  }

  #serviceName({ node, argument, expected }: Found['given'], className: string): string {
    const before = this.#problems.all.length;
    const name = this.#options.serviceName(argument, className);
    if (isWireName(name)) return name;
    // A name that could not be read has been reported already.
    if (this.#problems.all.length === before) {
      const message = `The service needs a name of 1 to 255 bytes. Write ${expected}.`;
      this.#problems.add({ path: className, node }, message);
    }
    return className;
  }
}

interface ReadService {
  readonly service: ServiceModel;
  readonly types: TypeReader;
}

/** A service as it is found in the source. */
interface Found {
  readonly className: string;
  /** What problems point at that concern all of it. */
  readonly anchor: ts.Node;
  readonly type: ts.Type;
  /** What carries its documentation. */
  readonly symbol: ts.Symbol | undefined;
  /** What is given to name it. */
  readonly given: { readonly node: ts.Node; readonly argument: Bound | undefined; readonly expected: string };
}
