import { ts } from 'ts-morph';
import type { Problem, ServiceModel } from '../model.js';
import type { DeclaredService } from './declared-services.js';
import { howItWasRead, type OpenProgram } from './open-program.js';
import { reachedNodes } from './reached-nodes.js';

/** Errors that say nothing about a type: of what a body returns, of fields without values, of how a type is imported. */
const IRRELEVANT = new Set([1272, 1294, 2355, 2366, 2564]);
/** What is unused, and what is any by implication: this is told elsewhere, where it matters. */
const isAdvice = (code: number): boolean => code >= 6000 && code < 8000;

/**
 * What the compiler says against the types of a service, in its own words. Errors elsewhere in the program are nobody's
 * business here: who generates may well be in the middle of something.
 */
export function compileProblems({ declaration }: DeclaredService, service: ServiceModel, open: OpenProgram): Problem[] {
  const ranges = rangesOf(reachedNodes(methodsOf(declaration, service, open), open));
  if (diagnosticsIn(ranges, open.program).length === 0) return [];
  // Types are read more strictly than the project may want its sources to be.
  return diagnosticsIn(ranges, open.asConfigured()).map(problemOf);
}

/** What keeps a file from being read at all, if it is one that may have services. */
export function syntaxProblems(source: ts.SourceFile, { program }: OpenProgram): Problem[] {
  return source.text.includes('@rpcudp/core') ? program.getSyntacticDiagnostics(source).map(problemOf) : [];
}

/** JavaScript that the compiler was not told to read. */
export function unreadProblem(file: string, open: OpenProgram): Problem {
  const message = `JavaScript is read, with the types of its JSDoc, only where "allowJs" is set. ${howItWasRead(open)}`;
  return { file, line: 1, column: 1, path: 'source', message };
}

function methodsOf(
  declaration: DeclaredService['declaration'],
  service: ServiceModel,
  { checker }: OpenProgram,
): ts.Symbol[] {
  // What defineService() is of stands in its type argument, if it has one.
  const written = ts.isCallExpression(declaration) ? declaration.typeArguments?.[0] : declaration;
  if (written === undefined) return [];
  const type = checker.getTypeAtLocation(written);
  return service.methods.flatMap(({ property }) => checker.getPropertyOfType(type, property) ?? []);
}

interface Range {
  readonly pos: number;
  readonly end: number;
}

function rangesOf(nodes: ReadonlySet<ts.Node>): ReadonlyMap<string, readonly Range[]> {
  const ranges = new Map<string, Range[]>();
  for (const node of nodes) {
    const { fileName } = node.getSourceFile();
    ranges.set(fileName, [...(ranges.get(fileName) ?? []), { pos: node.getStart(), end: node.end }]);
  }
  return ranges;
}

function diagnosticsIn(
  ranges: ReadonlyMap<string, readonly Range[]>,
  program: ts.Program,
): ts.DiagnosticWithLocation[] {
  return [...ranges].flatMap(([fileName, parts]) => {
    const source = program.getSourceFile(fileName);
    if (source === undefined) return [];
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found
      .filter(isLocated)
      .filter(
        ({ category, code, start }) =>
          category === ts.DiagnosticCategory.Error &&
          !IRRELEVANT.has(code) &&
          !isAdvice(code) &&
          parts.some(({ pos, end }) => pos <= start && start < end),
      );
  });
}

function isLocated(diagnostic: ts.Diagnostic): diagnostic is ts.DiagnosticWithLocation {
  return diagnostic.file !== undefined && diagnostic.start !== undefined;
}

/** `src/a.ts:3:5 - error TS2304: Cannot find name 'Item'.` */
function problemOf({ file, start, code, messageText }: ts.DiagnosticWithLocation): Problem {
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return {
    file: file.fileName,
    line: line + 1,
    column: character + 1,
    path: `error TS${code}`,
    message: ts.flattenDiagnosticMessageText(messageText, '\n'),
  };
}
