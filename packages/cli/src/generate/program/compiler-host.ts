import { posix } from 'node:path';
import { ts } from 'ts-morph';
import type { Disk } from './disk.js';
import type { Projects } from './projects.js';
import { isLibrary, LIBRARY, library, sourceFileOf } from './source-files.js';

/** Gives a program its files: those of the language as ts-morph brings them along, all others from the disk. */
export function compilerHost(
  options: ts.CompilerOptions,
  currentDirectory: string,
  { disk, projects }: { readonly disk: Disk; readonly projects: Projects },
): ts.CompilerHost {
  const { directoryExists, getDirectories, realpath } = disk;
  const readFile = (path: string): string | undefined =>
    isLibrary(path) ? library.readFile(path) : disk.readFile(path);
  const host: ts.CompilerHost & { readonly useSourceOfProjectReferenceRedirect: () => boolean } = {
    getSourceFile: (fileName, language) => {
      const text = readFile(fileName);
      return text === undefined ? undefined : sourceFileOf(fileName, text, language, options);
    },
    getDefaultLibFileName: () => posix.join(LIBRARY, ts.getDefaultLibFileName(options)),
    getDefaultLibLocation: () => LIBRARY,
    getCurrentDirectory: () => currentDirectory,
    getCanonicalFileName: (fileName) => (ts.sys.useCaseSensitiveFileNames ? fileName : fileName.toLowerCase()),
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getNewLine: () => '\n',
    fileExists: (path) => (isLibrary(path) ? library.fileExists(path) : disk.fileExists(path)),
    writeFile: () => undefined,
    readFile,
    directoryExists,
    getDirectories,
    realpath,
    getParsedCommandLine: projects.parse,
    // A package that is referenced need not be built: its sources stand for what would come of them.
    useSourceOfProjectReferenceRedirect: () => true,
  };
  return host;
}
