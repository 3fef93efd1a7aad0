import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { misuse } from '../failure.js';

/** What can be said on the command line and in a configuration. */
export interface GenerateSettings {
  readonly files?: readonly string[] | undefined;
  readonly out?: string | undefined;
  readonly guards?: boolean | undefined;
  readonly importTypes?: boolean | undefined;
  readonly strict?: boolean | undefined;
  readonly tsconfig?: string | undefined;
}

/** Settings with nothing left open. */
export interface GenerateOptions {
  /** Globs, or paths, from `cwd` on. */
  readonly files: readonly string[];
  /** The folder for what is written, from `cwd` on. */
  readonly out: string;
  readonly guards: boolean;
  readonly importTypes: boolean;
  readonly strict: boolean;
  readonly tsconfig: string | undefined;
  readonly cwd: string;
}

/** The files that may configure the command, in its working directory. */
export const CONFIG_FILES: readonly [own: string, manifest: string] = ['rpcudp.config.json', 'package.json'];

/** What each setting has to be: a list of globs, a text or a word. */
const KINDS: Readonly<Record<keyof GenerateSettings, 'globs' | 'text' | 'boolean'>> = {
  files: 'globs',
  out: 'text',
  guards: 'boolean',
  importTypes: 'boolean',
  strict: 'boolean',
  tsconfig: 'text',
};

const EXPECTED = {
  globs: 'an array of globs, such as ["src/**/*.ts"]',
  text: 'a path that is not empty',
  boolean: 'true or false',
} as const;

/**
 * Joins what was typed with the configuration of the working directory; what was typed wins.
 *
 * @throws CommandFailure (misuse) if the configuration is not valid, or if files or folder are named nowhere.
 */
export function settle(typed: GenerateSettings, cwd: string): GenerateOptions {
  const isTyped = ([, value]: [string, unknown]): boolean => value !== undefined && !isEmpty(value);
  const joined: GenerateSettings = { ...readConfig(cwd), ...Object.fromEntries(Object.entries(typed).filter(isTyped)) };
  const { files, out, guards = false, importTypes = false, strict = true, tsconfig } = joined;
  if (files === undefined) {
    throw misuse('No files are named. Give globs, such as "src/**/*.ts", or "files" in rpcudp.config.json.');
  }
  if (out === undefined) throw misuse('No folder to write to is named. Give --out, or "out" in rpcudp.config.json.');
  return { files, out, guards, importTypes, strict, tsconfig, cwd };
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The configuration in `rpcudp.config.json`, or under `rpcudp` in `package.json`; empty if there is neither. */
export function readConfig(cwd: string): GenerateSettings {
  const [own, manifest] = CONFIG_FILES.map((name) => readJson(join(cwd, name), cwd));
  const inManifest = isObject(manifest?.content) ? manifest.content.rpcudp : undefined;
  if (own === undefined) return inManifest === undefined ? {} : checkConfig(inManifest, 'package.json: rpcudp');
  if (inManifest !== undefined) {
    throw misuse('rpcudp.config.json and "rpcudp" in package.json both configure the command. Keep one of them.');
  }
  return checkConfig(own.content, own.name);
}

function readJson(file: string, cwd: string): { readonly name: string; readonly content: unknown } | undefined {
  if (!existsSync(file)) return undefined;
  const name = relative(cwd, file);
  try {
    return { name, content: JSON.parse(readFileSync(file, 'utf8')) };
  } catch (error) {
    throw misuse(`${name} is not JSON: ${(error as Error).message}`, error);
  }
}

function checkConfig(content: unknown, where: string): GenerateSettings {
  if (!isObject(content)) throw misuse(`${where} must be an object, not ${show(content)}.`);
  refuseUnknown(content, ['$schema', 'generate'], where);
  const { generate = {} } = content;
  if (!isObject(generate)) throw misuse(`${where}.generate must be an object, not ${show(generate)}.`);
  refuseUnknown(generate, Object.keys(KINDS), `${where}.generate`);
  for (const [name, kind] of Object.entries(KINDS)) {
    const value = generate[name];
    if (value === undefined || fits(value, kind)) continue;
    throw misuse(`${where}.generate.${name} must be ${EXPECTED[kind]}, not ${show(value)}.`);
  }
  return generate;
}

function refuseUnknown(content: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(content).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw misuse(`${where} has no setting "${unknown}". There are ${known.map((name) => `"${name}"`).join(', ')}.`);
}

function fits(value: unknown, kind: keyof typeof EXPECTED): boolean {
  if (kind === 'boolean') return typeof value === 'boolean';
  if (kind === 'text') return isText(value);
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
