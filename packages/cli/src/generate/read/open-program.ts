import { dirname } from 'node:path';
import { Project, ts } from 'ts-morph';

/** The sources as the compiler sees them. */
export interface OpenProgram {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
}

/** A configuration that lists no files is fine here: the files come from the caller. */
const NO_INPUTS = new Set([18002, 18003]);

/**
 * Opens source files with the compiler options of a project.
 *
 * @param files Absolute paths.
 * @param tsconfig Default: the nearest `tsconfig.json` above the first file, if there is one.
 * @throws Error if the configuration cannot be read.
 */
export function openProgram(files: readonly string[], tsconfig: string | undefined): OpenProgram {
  const config = tsconfig ?? ts.findConfigFile(dirname(files[0] ?? '.'), ts.sys.fileExists);
  const { options, fileNames } = config === undefined ? NO_CONFIG : parseConfig(config);
  const project = new Project({
    compilerOptions: { ...options, ...AS_WRITTEN, types: options.types ?? ['node'] },
    skipFileDependencyResolution: true,
    skipLoadingLibFiles: false,
  });
  // Of the project's own files only those that declare globals are needed; imports are followed anyway.
  const ambient = fileNames.filter((name) => name.endsWith('.d.ts'));
  for (const file of [...files, ...ambient]) project.addSourceFileAtPath(file);
  const program = project.getProgram().compilerObject;
  return { program, checker: project.getTypeChecker().compilerObject };
}

const NO_CONFIG = {
  options: {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
  } as ts.CompilerOptions,
  fileNames: [],
};

/** Without these `string | null` is read as `string`, and `x?: string` as `x?: string | undefined`. */
const AS_WRITTEN: ts.CompilerOptions = { strictNullChecks: true, exactOptionalPropertyTypes: true, noEmit: true };

function parseConfig(file: string): Pick<ts.ParsedCommandLine, 'options' | 'fileNames'> {
  const read = ts.readConfigFile(file, (path) => ts.sys.readFile(path));
  if (read.error !== undefined) throw unreadable(file, read.error);
  const parsed = ts.parseJsonConfigFileContent(read.config, ts.sys, dirname(file), undefined, file);
  const wrong = parsed.errors.find((found) => !NO_INPUTS.has(found.code));
  if (wrong !== undefined) throw unreadable(file, wrong);
  return parsed;
}

function unreadable(file: string, { messageText }: ts.Diagnostic): Error {
  return new Error(`${file} cannot be read: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}
