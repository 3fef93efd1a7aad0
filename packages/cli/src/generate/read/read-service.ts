import { ts } from 'ts-morph';
import type { MethodModel, ServiceModel } from '../model.js';
import { docOf } from './compiler-facts.js';
import { decorationOf, type Decoration } from './decorations.js';
import { checkMethodKind, checkProperty, checkWireNames } from './method-checks.js';
import type { OpenProgram } from './open-program.js';
import { positionOf, type ProblemList } from './problem-list.js';
import { readSignature } from './read-signature.js';
import { TypeReader } from './type-reader.js';
import { isWireName, methodOptions, OptionsReader } from './written-options.js';

/** A class with `@RpcService` before it. */
export interface DecoratedClass {
  readonly declaration: ts.ClassDeclaration;
  readonly decoration: Decoration;
}

interface Reading {
  readonly className: string;
  readonly type: ts.InterfaceType;
  readonly types: TypeReader;
  readonly options: OptionsReader;
}

/** Reads a decorated class; undefined if it has no name to go by. */
export function readService(
  { declaration, decoration }: DecoratedClass,
  open: OpenProgram,
  problems: ProblemList,
  strict: boolean,
): { readonly service: ServiceModel; readonly types: TypeReader } | undefined {
  const { checker } = open;
  if (declaration.name === undefined) {
    problems.add({ path: 'class', node: declaration }, 'A service needs a class that has a name. Give it one.');
    return undefined;
  }
  const className = declaration.name.text;
  const symbol = checker.getSymbolAtLocation(declaration.name)!;
  if (declaration.typeParameters !== undefined) {
    const message = 'A service cannot have type parameters. Decorate a subclass that fills them in.';
    problems.add({ path: className, node: declaration.typeParameters[0]! }, message);
    return undefined;
  }
  const options = new OptionsReader(checker, problems);
  const type = checker.getDeclaredTypeOfSymbol(symbol) as ts.InterfaceType;
  const types = new TypeReader(open, problems, { strict, reserved: [className] });
  const methods = readMethods(declaration, { className, type, types, options });
  checkWireNames(methods, className, declaration.name, problems);
  const service: ServiceModel = {
    name: serviceName(decoration, className, options, problems),
    className,
    doc: docOf(symbol, checker),
    methods,
    declarations: types.declarations,
    sourceFile: declaration.getSourceFile().fileName,
    position: positionOf(declaration.name),
  };
  return { service, types };
}

function serviceName(
  { decorator, call }: Decoration,
  className: string,
  options: OptionsReader,
  problems: ProblemList,
): string {
  const before = problems.all.length;
  const name = nameArgument(call?.arguments[0], className, options);
  if (isWireName(name)) return name;
  // A name that could not be read has been reported already.
  if (problems.all.length === before) {
    const message = "The service needs a name of 1 to 255 bytes. Write @RpcService('Name').";
    problems.add({ path: className, node: decorator }, message);
  }
  return className;
}

function nameArgument(argument: ts.Expression | undefined, className: string, options: OptionsReader): unknown {
  if (argument === undefined) return undefined;
  if (ts.isObjectLiteralExpression(argument)) return options.read(argument, className).get('name')?.value;
  return options.valueOf(argument, { path: `${className}: name`, node: argument });
}

/** Remote methods, those of base classes first. An override stands where the method it overrides does. */
function readMethods(declaration: ts.ClassDeclaration, reading: Reading): MethodModel[] {
  const { checker } = reading.types.open;
  const found = new Map<string, { readonly member: ts.ClassElement; readonly decoration: Decoration }>();
  for (const { members } of lineage(declaration, checker)) {
    for (const member of members) {
      const decoration = decorationOf(member, 'RpcMethod', checker);
      const path = `${reading.className}.${member.name?.getText() ?? '?'}`;
      if (decoration === undefined || !checkMethodKind(member, decoration, path, reading.types.problems)) continue;
      found.set(member.name.text, { member, decoration });
    }
  }
  return [...found].flatMap(([property, { member, decoration }]) => readMethod(property, member, decoration, reading));
}

/** A class and what it extends, the furthest first. */
function lineage(declaration: ts.ClassLikeDeclaration, checker: ts.TypeChecker): ts.ClassLikeDeclaration[] {
  const clause = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  const base = clause?.types[0] && checker.getTypeAtLocation(clause.types[0]).getSymbol()?.valueDeclaration;
  return [...(base !== undefined && ts.isClassLike(base) ? lineage(base, checker) : []), declaration];
}

function readMethod(
  property: string,
  member: ts.ClassElement,
  { call }: Decoration,
  { className, type, types, options }: Reading,
): MethodModel[] {
  const { open, problems } = types;
  const path = `${className}.${property}`;
  if (!checkProperty(property, { path, node: member.name! }, problems)) return [];
  // The property of the instance knows type arguments of base classes, and overrides.
  const symbol = open.checker.getPropertyOfType(type, property)!;
  const written = options.read(call?.arguments[0], path);
  const node = symbol.valueDeclaration ?? member;
  const place = { path, node: (node as ts.NamedDeclaration).name ?? node };
  const signatures = open.checker
    .getTypeOfSymbol(symbol)
    .getCallSignatures()
    .flatMap((signature) => readSignature(signature, place, types) ?? []);
  const doc = docOf(symbol, open.checker);
  return [{ property, ...methodOptions(written, property, path, problems), doc, signatures }];
}
