import { basename, relative, resolve, sep } from 'node:path';
import type { GenerateOptions } from './config.js';
import { emitClient } from './emit/client.js';
import { emitGuards } from './emit/guards.js';
import type { EmitOptions } from './emit/options.js';
import type { Problem, ServiceModel } from './model.js';
import { moduleNames } from './module-names.js';
import type { OutputFile } from './output-files.js';
import { Disk } from './program/disk.js';
import { withSlashes } from './program/disk-questions.js';
import type { Observations } from './program/observations.js';
import { Projects } from './program/projects.js';
import { readServices } from './read/index.js';
import { sharedTypes, type SharedTypes } from './shared-types.js';

export interface GeneratedService {
  readonly name: string;
  readonly className: string;
  readonly source: string;
  readonly client: string;
  readonly guards: string | undefined;
}

/** What the modules of some services should hold. Paths are absolute. */
export interface Modules {
  readonly services: readonly GeneratedService[];
  readonly outputs: readonly OutputFile[];
  /** The files that were read: those that were asked for, those that their types come from, and configurations. */
  readonly sources: readonly string[];
}

/** Modules, what stands in their way, and what they depend on. */
export interface ReadModules extends Modules {
  readonly problems: readonly Problem[];
  /** What was seen of the disk, apart from `written`: the real paths of the outputs. */
  readonly observations: Observations;
  readonly written: readonly string[];
}

/** Modules that import each other's types need as many rounds as the longest chain of them. */
const ROUNDS_MAX = 8;

/**
 * Reads services from the sources. Where these import modules that are only being generated, they are read again as if the
 * modules were there, until nothing changes.
 */
export function readModules(files: readonly string[], options: GenerateOptions): ReadModules {
  const disk = new Disk();
  for (let round = 1; ; round += 1) {
    const { outputs, ...read } = readOnce(files, options, disk);
    const texts = new Map(outputs.map(({ path, text }) => [disk.realpath(withSlashes(path)), text]));
    if (disk.presume(texts) && round < ROUNDS_MAX) continue;
    const written = [...texts.keys()];
    // Which sources are read, and how, may change with what configures the compiler.
    const sources = [...read.sources, ...disk.configurations];
    return { ...read, outputs, sources, written, observations: disk.observations(written) };
  }
}

function readOnce(
  files: readonly string[],
  options: GenerateOptions,
  disk: Disk,
): Modules & { readonly problems: readonly Problem[] } {
  const { strict, importTypes, cwd } = options;
  const tsconfig = options.tsconfig === undefined ? undefined : resolve(cwd, options.tsconfig);
  const { services, problems, sources } = readServices(files, { strict, importTypes, tsconfig, disk });
  const names = moduleNames(services);
  const types = sharedTypes(services, options, new Projects(disk, tsconfig));
  const outputs = services.map((service) => {
    const base = resolve(cwd, options.out, names.get(service)!);
    return outputOf(service, base, options.guards, emitOptions(service, options, types));
  });
  return {
    services: outputs.map(summaryOf),
    outputs: [
      ...outputs.flatMap(({ client, guards }) => (guards === undefined ? [client] : [client, guards])),
      ...(types === undefined ? [] : [types.file]),
    ],
    problems: [...problems, ...outputs.flatMap((output) => output.problems), ...sharedFiles(outputs)],
    sources,
  };
}

/** The files of one service. */
interface ServiceOutput {
  readonly service: ServiceModel;
  readonly client: OutputFile;
  readonly guards: OutputFile | undefined;
  readonly problems: readonly Problem[];
}

function emitOptions(
  service: ServiceModel,
  { importTypes, cwd, out }: GenerateOptions,
  types: SharedTypes | undefined,
): EmitOptions {
  if (importTypes) return { importTypes: { from: specifierOf(service.sourceFile, resolve(cwd, out)) } };
  return types === undefined ? {} : { shared: types.of(service) };
}

function outputOf(service: ServiceModel, base: string, guards: boolean, options: EmitOptions): ServiceOutput {
  const client = { path: `${base}.client.ts`, text: emitClient(service, options) };
  if (!guards) return { service, client, guards: undefined, problems: [] };
  const emitted = emitGuards(service, options);
  if ('problems' in emitted) return { service, client, guards: undefined, problems: emitted.problems };
  return { service, client, guards: { path: `${base}.guards.ts`, text: emitted.text }, problems: [] };
}

/** How a module in a folder imports a source file: by the name that the compiler will give it. */
function specifierOf(sourceFile: string, folder: string): string {
  const path = relative(folder, sourceFile).split(sep).join('/');
  const compiled = path.replace(/\.([mc]?)tsx?$/, '.$1js');
  return compiled.startsWith('.') ? compiled : `./${compiled}`;
}

/** Two services that would write the same file. */
function sharedFiles(outputs: readonly ServiceOutput[]): Problem[] {
  const owners = new Map<string, ServiceOutput>();
  return outputs.flatMap((output) => {
    const key = output.client.path.toLowerCase();
    const owner = owners.get(key);
    owners.set(key, owner ?? output);
    return owner === undefined ? [] : [sharedFile(output, owner)];
  });
}

function sharedFile({ service, client }: ServiceOutput, { service: other }: ServiceOutput): Problem {
  const name = basename(client.path);
  return {
    file: service.sourceFile,
    ...(service.position ?? { line: 1, column: 1 }),
    path: service.className,
    message:
      `${name} would hold ${other.className} of ${other.name} and ${service.className} of ${service.name}. ` +
      'Rename one of the classes or services, or generate them into two folders.',
  };
}

function summaryOf({ service, client, guards }: ServiceOutput): GeneratedService {
  const { name, className, sourceFile } = service;
  return { name, className, source: sourceFile, client: client.path, guards: guards?.path };
}
