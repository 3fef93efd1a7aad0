/** The module with a service's typed client. */
import type { DeclarationModel, MethodModel, ServiceModel } from '../model.js';
import { hasBuffers, needsConverting } from './conversions.js';
import { block, declarationLayout, namesInDeclaration, namesInSignatures } from './declarations.js';
import { GuardExpressions } from './guard-expressions.js';
import { fitsLine, hardLine, indent, list, print, type Layout } from './layout.js';
import { braced, exportOf, headerOf, importLayout, importOf } from './module.js';
import { Imports, Names } from './names.js';
import type { EmitOptions } from './options.js';
import { resultOf, signatureLayout } from './signatures.js';
import { docComment, literal, lowerFirst, propertyName, quote } from './text.js';
import type { TypeContext } from './types.js';

/** What a method may declare of times. */
const TIMES = ['timeoutMs', 'idleMs', 'totalMs'] as const;

/**
 * The text of a module that calls a service and imports nothing of it: its named types, an interface of its remote
 * methods, its contract, and a factory for clients. It depends on `@rpcudp/client` and `@rpcudp/core` alone.
 */
export function emitClient(service: ServiceModel, options: EmitOptions): string {
  return new ClientModule(service, options).print();
}

class ClientModule {
  readonly #service: ServiceModel;
  readonly #options: EmitOptions;
  readonly #names: Names;
  readonly #client: Imports;
  readonly #core: Imports;
  /** The name of the interface, and of the contract: one is a type, the other a value. */
  readonly #serviceName: string;
  readonly #factory: string;
  readonly #clientType: string;
  readonly #guards: Imports;
  readonly #expressions: GuardExpressions;
  /** Types by which guards are typed. */
  readonly #typesOfGuards = new Set<string>();
  readonly #context: TypeContext;

  constructor(service: ServiceModel, options: EmitOptions) {
    this.#service = service;
    this.#options = options;
    this.#names = new Names(this.#declaredNames());
    this.#serviceName = this.#names.take(service.className, `${service.className}Service`, 'Service');
    this.#factory = this.#names.take(`${lowerFirst(this.#serviceName)}Client`, 'serviceClient');
    this.#clientType = this.#names.take(`${this.#serviceName}Client`, `${this.#serviceName}RpcClient`, 'RpcClient');
    this.#client = new Imports(this.#names);
    this.#core = new Imports(this.#names);
    this.#guards = new Imports(this.#names);
    // Imports give way to what has these names, so only a type of the service can hide one of the language.
    this.#context = { hides: (name) => this.#names.has(name) };
    const types = new Set(this.#declaredNames());
    this.#expressions = new GuardExpressions({
      declarations: service.declarations,
      names: this.#names,
      imports: this.#guards,
      hasType: (name) => {
        this.#typesOfGuards.add(name);
        return types.has(name);
      },
      report: (path, message) => {
        throw new Error(`${service.className}.${path}: ${message}`);
      },
    });
  }

  /** What the types are called is known to others, so everything else makes room for them. */
  #declaredNames(): readonly string[] {
    const names = this.#service.declarations.map(({ name }) => name);
    if (this.#options.importTypes === undefined) return names;
    const used = namesInSignatures(this.#service);
    return names.filter((name) => used.has(name));
  }

  print(): string {
    const declarations = this.#declarations();
    const contract = [this.#contract(), hardLine, this.#clientFactory()];
    const guards = this.#expressions.declared.flatMap((declared) => [declared, hardLine, hardLine]);
    const body = [this.#sharedExports(), ...declarations, this.#interface(), hardLine, ...guards, ...contract];
    return print([headerOf(this.#service), ...this.#imports(), hardLine, ...body]);
  }

  #imports(): readonly Layout[] {
    return [
      importLayout(this.#client, '@rpcudp/client'),
      importLayout(this.#core, '@rpcudp/core'),
      importLayout(this.#guards, '@rpcudp/core/guards'),
      this.#typeImports(),
      this.#sharedImports(),
    ];
  }

  #typeImports(): Layout {
    const from = this.#options.importTypes?.from;
    const names = [...this.#declaredNames()].sort();
    if (from === undefined || names.length === 0) return '';
    return importOf(names, from, true);
  }

  #sharedImports(): Layout {
    const own = this.#ownDeclarations().flatMap((declaration) => [...namesInDeclaration(declaration)]);
    const used = new Set([...namesInSignatures(this.#service), ...own, ...this.#typesOfGuards]);
    const names = this.#sharedDeclarations().map(({ name }) => name);
    const imported = names.filter((name) => used.has(name)).sort();
    return imported.length === 0 ? '' : importOf(imported, this.#options.shared!.from, true);
  }

  /** They belong to the module of the service as much as those that it declares itself. */
  #sharedExports(): Layout {
    const shared = this.#sharedDeclarations();
    const values = shared.filter(({ kind }) => kind === 'enum').map(({ name }) => name);
    const types = shared.filter(({ kind }) => kind !== 'enum').map(({ name }) => name);
    const from = this.#options.shared?.from ?? '';
    const lines = [
      values.length === 0 ? '' : exportOf(values.sort(), from, false),
      types.length === 0 ? '' : exportOf(types.sort(), from, true),
    ];
    return shared.length === 0 ? '' : [...lines, hardLine];
  }

  #sharedDeclarations(): readonly DeclarationModel[] {
    return this.#service.declarations.filter(({ name }) => this.#options.shared?.names.has(name) === true);
  }

  #ownDeclarations(): readonly DeclarationModel[] {
    if (this.#options.importTypes !== undefined) return [];
    return this.#service.declarations.filter(({ name }) => this.#options.shared?.names.has(name) !== true);
  }

  #declarations(): readonly Layout[] {
    return this.#ownDeclarations().map((declaration) => [declarationLayout(declaration, this.#context), hardLine]);
  }

  #interface(): Layout {
    const { doc, methods } = this.#service;
    const members = methods.flatMap((method) => this.#methodSignatures(method));
    return [docComment(doc), block(`export interface ${this.#serviceName} `, members), hardLine];
  }

  #methodSignatures({ property, doc, signatures }: MethodModel): readonly Layout[] {
    return signatures.map((signature, index) => [
      index === 0 ? docComment(doc) : '',
      signatureLayout(property, signature, this.#context),
      ';',
    ]);
  }

  #contract(): Layout {
    const { name, methods } = this.#service;
    const contract = this.#core.type('ServiceContract');
    const define = this.#core.value('defineService');
    const entries = methods.map((method) => [propertyName(method.property), ': ', this.#methodOptions(method), ',']);
    const head = `export const ${this.#serviceName}: ${contract}<${this.#serviceName}> = ${define}<${this.#serviceName}>(`;
    return [
      docComment(`What both sides know of ${name}: its methods, their wire names, and how hard their calls are tried.`),
      head,
      // The methods stand at the end of the first line, unless it has no room for them.
      fitsLine(`${head}${quote(name)}, {`)
        ? [`${quote(name)}, `, block('', entries)]
        : [indent([hardLine, quote(name), ',', hardLine, block('', entries), ',']), hardLine],
      ');',
      hardLine,
    ];
  }

  /** What a method declares beside its signature; defaults are left out. */
  #methodOptions(method: MethodModel): Layout {
    const { property, name, delivery, shape, stream } = method;
    const options: readonly Layout[] = [
      ...(name === property ? [] : [`name: ${quote(name)}`]),
      ...(delivery === 'at-most-once' ? [] : [`delivery: ${quote(delivery)}`]),
      ...(stream === undefined ? [] : [`stream: ${stream === 'server' ? 'true' : quote(stream)}`]),
      ...(shape === 'one-way' ? ['oneWay: true'] : this.#clientResult(method)),
      ...TIMES.filter((time) => method[time] !== undefined).map((time) => `${time}: ${literal(method[time]!)}`),
    ];
    return options.length === 0 ? '{}' : braced(options);
  }

  /** What callers make of an answer, where its type is one that may arrive as another. */
  #clientResult({ property, signatures }: MethodModel): readonly Layout[] {
    const type = resultOf(signatures);
    if (!needsConverting(type, this.#service.declarations)) return [];
    return [['clientResult: ', this.#expressions.result(type, `${property}()`)]];
  }

  /** Callers get a `Buffer` where the service says so, for the contract makes it. */
  #resultsBy(): string {
    const { methods, declarations } = this.#service;
    return methods.some(({ signatures }) => hasBuffers(resultOf(signatures), declarations)) ? ", 'service'" : '';
  }

  #clientFactory(): Layout {
    const channel = this.#names.take('channel', 'rpcChannel');
    const defaults = this.#names.take('defaults', 'callDefaults');
    const results = this.#resultsBy();
    // Whose word the types take is not inferred from what the function returns.
    const create = `${this.#client.value('createClient')}${results === '' ? '' : `<${this.#serviceName}${results}>`}`;
    const parameters = [
      `${channel}: ${this.#core.type('RpcChannel')}`,
      `${defaults}?: ${this.#client.type('ClientOptions')}`,
    ];
    return [
      docComment(`What calls ${this.#service.name}.`),
      `export type ${this.#clientType} = ${this.#client.type('Client')}<${this.#serviceName}${results}>;`,
      hardLine,
      hardLine,
      docComment(
        `Makes a client of ${this.#service.name}: its calls go over \`${channel}\`, and \`${defaults}\` hold for all of them.`,
      ),
      list(`export function ${this.#factory}(`, parameters, `): ${this.#clientType} `, ','),
      block('', [`return ${create}(${this.#serviceName}, ${channel}, ${defaults});`]),
      hardLine,
    ];
  }
}
