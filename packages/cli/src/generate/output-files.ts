import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { emitClient } from './emit/client.js';
import { emitGuards } from './emit/guards.js';
import type { EmitOptions } from './emit/options.js';
import type { GenerateOptions } from './config.js';
import type { Problem, ServiceModel } from './model.js';

/** A file as it should be. */
export interface OutputFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** The files of one service. */
export interface ServiceOutput {
  readonly service: ServiceModel;
  readonly client: OutputFile;
  readonly guards: OutputFile | undefined;
  readonly problems: readonly Problem[];
}

/** What a service's modules should hold. */
export function outputOf(service: ServiceModel, { out, cwd, guards, importTypes }: GenerateOptions): ServiceOutput {
  const folder = resolve(cwd, out);
  const base = resolve(folder, fileNameOf(service.className));
  const options: EmitOptions = importTypes ? { importTypes: { from: specifierOf(service.sourceFile, folder) } } : {};
  const client = { path: `${base}.client.ts`, text: emitClient(service, options) };
  if (!guards) return { service, client, guards: undefined, problems: [] };
  const emitted = emitGuards(service, options);
  if ('problems' in emitted) return { service, client, guards: undefined, problems: emitted.problems };
  return { service, client, guards: { path: `${base}.guards.ts`, text: emitted.text }, problems: [] };
}

/** `UserStore` goes into `user-store.client.ts`. */
export function fileNameOf(className: string): string {
  return className
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1-$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1-$2')
    .toLowerCase();
}

/** How a module in a folder imports a source file: by the name that the compiler will give it. */
function specifierOf(sourceFile: string, folder: string): string {
  const path = relative(folder, sourceFile).split(sep).join('/');
  const compiled = path.replace(/\.([mc]?)tsx?$/, '.$1js');
  return compiled.startsWith('.') ? compiled : `./${compiled}`;
}

/** Whether a file is there, byte for byte. */
export function isUpToDate({ path, text }: OutputFile): boolean {
  return existsSync(path) && readFileSync(path).equals(Buffer.from(text));
}

export function write({ path, text }: OutputFile): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
