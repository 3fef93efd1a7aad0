/** What an editor tells of a client's methods, whether the client was made of the class or is a generated one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { emitClient } from '../src/generate/emit/client.js';
import { readServices } from '../src/generate/read/index.js';

const ROOT = resolve(__dirname, '../../..');

const SERVICE = `
import { RpcMethod, RpcService } from '@rpcudp/core';

export class Base {
  /** Says that it is there. */
  @RpcMethod()
  ping(): string {
    return 'pong';
  }
}

@RpcService('Accounts')
export class Accounts extends Base {
  /**
   * Puts money into an account.
   *
   * @param cents How much.
   */
  @RpcMethod()
  async deposit(account: string, cents: bigint): Promise<bigint> {
    return cents + BigInt(account.length);
  }

  /** @deprecated Use \`deposit\`. */
  @RpcMethod()
  put(cents: number): number {
    return cents;
  }

  /** By name. */
  find(name: string): string;
  /** By number. */
  find(number: number): string;
  @RpcMethod()
  find(key: string | number): string {
    return String(key);
  }
}
`;

const USES = `
import { createClient, orThrow } from '@rpcudp/client';
import type { RpcChannel } from '@rpcudp/core';
import { Accounts } from './accounts.js';
import { accountsClient } from './accounts.client.js';

declare const channel: RpcChannel;
export const made = createClient(Accounts, channel);
export const generated = accountsClient(channel);
export const throwing = orThrow(made);
export const uses = [
  made.deposit('a', 1n), made.put(1), made.find('a'), made.ping(),
  generated.deposit('a', 1n), generated.put(1), generated.find('a'), generated.ping(),
  throwing.deposit('a', 1n), throwing.put(1), throwing.find('a'), throwing.ping(),
];
`;

const folder = mkdtempSync(join(tmpdir(), 'rpcudp-editor-'));
const files = {
  service: join(folder, 'accounts.ts'),
  client: join(folder, 'accounts.client.ts'),
  uses: join(folder, 'uses.ts'),
};
let editor: ts.LanguageService;

beforeAll(() => {
  writeFileSync(files.service, SERVICE);
  writeFileSync(files.uses, USES);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const tsconfig = join(folder, 'tsconfig.json');
  const compilerOptions = { rootDir: '/', typeRoots: [join(ROOT, 'node_modules/@types')] };
  const inherited = join(ROOT, 'tsconfig.test.json');
  writeFileSync(tsconfig, JSON.stringify({ extends: inherited, compilerOptions, files: Object.values(files) }));
  const { services } = readServices([files.service], { strict: true, tsconfig });
  writeFileSync(files.client, emitClient(services[0]!, {}));
  editor = ts.createLanguageService(hostOf(tsconfig));
});

afterAll(() => {
  editor.dispose();
  rmSync(folder, { recursive: true, force: true });
});

function hostOf(tsconfig: string): ts.LanguageServiceHost {
  const { options } = ts.getParsedCommandLineOfConfigFile(
    tsconfig,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
  )!;
  return {
    getCompilationSettings: () => options,
    getScriptFileNames: () => Object.values(files),
    getScriptVersion: () => '1',
    getScriptSnapshot: (file) =>
      ts.sys.fileExists(file) ? ts.ScriptSnapshot.fromString(readFileSync(file, 'utf8')) : undefined,
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: (file) => ts.sys.fileExists(file),
    readFile: (file) => ts.sys.readFile(file),
    directoryExists: (file) => ts.sys.directoryExists(file),
    getDirectories: (file) => ts.sys.getDirectories(file),
    readDirectory: (...given) => ts.sys.readDirectory(...given),
  };
}

function fail(diagnostic: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}

/** Where a word begins in a file, after a given text. */
function placeOf(file: string, before: string, word: string): number {
  return readFileSync(file, 'utf8').indexOf(`${before}${word}`) + before.length;
}

/** The text at a place, with what leads to it. */
function textAt({ fileName, textSpan }: { readonly fileName: string; readonly textSpan: ts.TextSpan }): string {
  const text = readFileSync(fileName, 'utf8');
  const line = text.slice(text.lastIndexOf('\n', textSpan.start) + 1, text.indexOf('\n', textSpan.start)).trim();
  return `${fileName.slice(folder.length + 1)}: ${line}`;
}

const OWNERS = ['made', 'generated', 'throwing'] as const;
const SOURCES = { made: files.service, throwing: files.service, generated: files.client };

test('the sources of this test compile', () => {
  const program = editor.getProgram()!;
  expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
});

describe.each(OWNERS)('a method of a client: %s', (owner) => {
  const place = (word: string): number => placeOf(files.uses, `${owner}.`, word);

  test('has the documentation of the service', () => {
    const info = editor.getQuickInfoAtPosition(files.uses, place('deposit'))!;
    expect(ts.displayPartsToString(info.documentation)).toBe('Puts money into an account.');
    expect(info.tags?.map(({ name, text }) => [name, ts.displayPartsToString(text)])).toEqual([
      ['param', 'cents How much.'],
    ]);
    const inherited = editor.getQuickInfoAtPosition(files.uses, place('ping'))!;
    expect(ts.displayPartsToString(inherited.documentation)).toBe('Says that it is there.');
  });

  test('shows its parameters and what it gives', () => {
    const info = editor.getQuickInfoAtPosition(files.uses, place('deposit'))!;
    expect(ts.displayPartsToString(info.displayParts)).toMatch(
      /deposit\(account: string, cents: bigint\): (RpcCall|Promise)<bigint>$/,
    );
  });

  test('is defined where the service is', () => {
    const [definition, ...others] = editor.getDefinitionAtPosition(files.uses, place('deposit'))!;
    expect(others).toEqual([]);
    expect(definition!.fileName).toBe(SOURCES[owner]);
    expect(textAt(definition!)).toMatch(/: (async )?deposit\(account: string, cents: bigint/);
  });

  test('is renamed with the service', () => {
    const renamed = editor.findRenameLocations(files.uses, place('deposit'), false, false, {})!.map(textAt);
    expect(renamed.some((text) => /^uses\.ts: .*deposit\(/.test(text))).toBe(true);
    expect(renamed.some((text) => /^accounts(\.client)?\.ts: (async )?deposit\(/.test(text))).toBe(true);
  });

  test('is struck out where the service says that it is deprecated', () => {
    const at = place('put');
    const deprecated = editor.getSuggestionDiagnostics(files.uses).filter(({ reportsDeprecated }) => reportsDeprecated);
    expect(deprecated.map(({ start }) => start)).toContain(at);
    const completions = editor.getCompletionsAtPosition(files.uses, at, {})!;
    const entry = completions.entries.find(({ name }) => name === 'put')!;
    expect(entry.kindModifiers).toContain('deprecated');
  });
});

test('renaming the method of a class renames what its clients call', () => {
  const renamed = editor.findRenameLocations(
    files.service,
    placeOf(files.service, 'async ', 'deposit'),
    false,
    false,
    {},
  )!;
  expect(renamed.map(textAt).filter((text) => text.startsWith('uses.ts'))).toHaveLength(2);
});
