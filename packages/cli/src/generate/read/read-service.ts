import type { ts } from 'ts-morph';
import type { ServiceModel } from '../model.js';
import { ClassLineage } from './class-lineage.js';
import { docOf } from './documentation.js';
import { Decorations } from './decorations.js';
import { decoratedClassesOf, type DecoratedClass } from './declared-services.js';
import { checkWireNames } from './method-checks.js';
import type { OpenProgram } from './open-program.js';
import { positionOf, type ProblemList } from './problem-list.js';
import { MethodReader } from './read-methods.js';
import { NO_SCOPE } from './static/bound.js';
import { ParsedSource } from './static/source.js';
import { TypeReader } from './type-reader.js';
import { isWireName, OptionsReader } from './written-options.js';

/** Reads the services of one program. */
export class ServiceReader {
  readonly #open: OpenProgram;
  readonly #problems: ProblemList;
  readonly #strict: boolean;
  readonly #decorations: Decorations;
  readonly #lineage: ClassLineage;
  readonly #options: OptionsReader;

  constructor(open: OpenProgram, problems: ProblemList, strict: boolean) {
    const source = new ParsedSource(open.checker);
    this.#open = open;
    this.#problems = problems;
    this.#strict = strict;
    this.#decorations = new Decorations(source, problems);
    this.#lineage = new ClassLineage(source, problems);
    this.#options = new OptionsReader(source, problems);
  }

  /** The services that a file declares. @param file Its absolute path. */
  declaredIn(file: string): readonly DecoratedClass[] {
    return decoratedClassesOf(this.#open.program.getSourceFile(file)!, this.#decorations);
  }

  /** Reads a decorated class; undefined if it cannot be a service. */
  read(found: DecoratedClass): { readonly service: ServiceModel; readonly types: TypeReader } | undefined {
    const { declaration, name } = found;
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
    return this.#readClass(found, name);
  }

  #readClass(
    found: DecoratedClass,
    name: ts.Identifier,
  ): { readonly service: ServiceModel; readonly types: TypeReader } {
    const { declaration } = found;
    const { checker } = this.#open;
    const className = name.text;
    const symbol = checker.getTypeAtLocation(declaration).getSymbol()!;
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    const types = new TypeReader(this.#open, this.#problems, { strict: this.#strict, reserved: [className] });
    const lineage = this.#lineage.of({ node: declaration, scope: NO_SCOPE }, className);
    const reader = new MethodReader({ className, type, types, options: this.#options, decorations: this.#decorations });
    const methods = reader.read(lineage, name);
    checkWireNames(methods, className, name, this.#problems);
    const service: ServiceModel = {
      name: this.#serviceName(found, className),
      className,
      doc: docOf(symbol, checker),
      methods,
      declarations: types.declarations,
      sourceFile: declaration.getSourceFile().fileName,
      position: positionOf(name),
    };
    return { service, types };
  }

  #serviceName({ decoration: { decorator, argument } }: DecoratedClass, className: string): string {
    const before = this.#problems.all.length;
    const name = this.#options.serviceName(argument, className);
    if (isWireName(name)) return name;
    // A name that could not be read has been reported already.
    if (this.#problems.all.length === before) {
      const message = "The service needs a name of 1 to 255 bytes. Write @RpcService('Name').";
      this.#problems.add({ path: className, node: decorator }, message);
    }
    return className;
  }
}
