import { Project, ts } from 'ts-morph';
import { posix } from 'node:path';

/** Where ts-morph keeps the declarations of the language, which it brings along. */
export const LIBRARY = '/node_modules/typescript/lib';

/** Reads the declarations of the language. */
export const library = new Project({ useInMemoryFileSystem: true }).getModuleResolutionHost();

export function isLibrary(path: string): boolean {
  return posix.dirname(path) === LIBRARY;
}

/** Keeps apart what is parsed with different options. */
const documents = ts.createDocumentRegistry(true);

/** Parsed files of this process, by options and path. Parsing takes longer than all else, and most files stay the same. */
const parsed = new Map<string, ts.SourceFile>();

/** A file for a program with these options; programs with the same ones share it. */
export function sourceFileOf(
  fileName: string,
  text: string,
  language: ts.ScriptTarget | ts.CreateSourceFileOptions,
  options: ts.CompilerOptions,
): ts.SourceFile {
  const format = typeof language === 'object' ? language.impliedNodeFormat : undefined;
  const key = `${documents.getKeyForCompilationSettings(options)} ${format ?? ''} ${fileName}`;
  const known = parsed.get(key);
  if (known?.text === text) return known;
  const file = ts.createSourceFile(fileName, text, language);
  parsed.set(key, file);
  return file;
}
