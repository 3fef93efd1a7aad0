import { posix } from 'node:path';
import { Project, ts } from 'ts-morph';
import type { Disk } from './disk.js';
import type { Projects } from './projects.js';

/** Where ts-morph keeps the declarations of the language, which it brings along. */
const LIBRARY = '/node_modules/typescript/lib';

/** Makes hosts for several programs, which share the files that they read alike. */
export class CompilerHosts {
  readonly #disk: Disk;
  readonly #projects: Projects;
  readonly #documents = ts.createDocumentRegistry(true);
  readonly #library = new Project({ useInMemoryFileSystem: true }).getModuleResolutionHost();

  constructor(disk: Disk, projects: Projects) {
    this.#disk = disk;
    this.#projects = projects;
  }

  hostFor(options: ts.CompilerOptions, currentDirectory: string): ts.CompilerHost {
    const { fileExists, directoryExists, getDirectories, realpath } = this.#disk;
    const host: ts.CompilerHost & { readonly useSourceOfProjectReferenceRedirect: () => boolean } = {
      getSourceFile: (fileName, language) => this.#sourceFile(fileName, language, options),
      getDefaultLibFileName: () => posix.join(LIBRARY, ts.getDefaultLibFileName(options)),
      getDefaultLibLocation: () => LIBRARY,
      getCurrentDirectory: () => currentDirectory,
      getCanonicalFileName: (fileName) => (ts.sys.useCaseSensitiveFileNames ? fileName : fileName.toLowerCase()),
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      getNewLine: () => '\n',
      readFile: (path) => this.#text(path),
      fileExists: (path) => (isLibrary(path) ? this.#library.fileExists(path) : fileExists(path)),
      writeFile: () => undefined,
      directoryExists,
      getDirectories,
      realpath,
      readDirectory: () => [],
      getParsedCommandLine: this.#projects.parse,
      // A package that is referenced need not be built: its sources stand for what would come of them.
      useSourceOfProjectReferenceRedirect: () => true,
    };
    return host;
  }

  #text(path: string): string | undefined {
    return isLibrary(path) ? this.#library.readFile(path) : this.#disk.readFile(path);
  }

  #sourceFile(
    fileName: string,
    language: ts.ScriptTarget | ts.CreateSourceFileOptions,
    options: ts.CompilerOptions,
  ): ts.SourceFile | undefined {
    const text = this.#text(fileName);
    if (text === undefined) return undefined;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    return this.#documents.acquireDocument(fileName, options, snapshot, '1', undefined, language);
  }
}

function isLibrary(path: string): boolean {
  return path.startsWith(`${LIBRARY}/`);
}
