/** The module with a service's typed client. */
import type { MethodModel, ParameterModel, ServiceModel, SignatureModel } from '../model.js';
import { block, declarationLayout, namesInSignatures } from './declarations.js';
import { fitsLine, hardLine, indent, list, print, type Layout } from './layout.js';
import { braced, headerOf, importLayout, importOf } from './module.js';
import { Imports, Names } from './names.js';
import type { EmitOptions } from './options.js';
import { docComment, isIdentifier, literal, lowerFirst, propertyName, quote } from './text.js';
import { annotation, typeLayout, type TypeContext } from './types.js';

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
  readonly #context: TypeContext;

  constructor(service: ServiceModel, options: EmitOptions) {
    this.#service = service;
    this.#options = options;
    this.#names = new Names(this.#declaredNames());
    this.#serviceName = this.#names.take(service.className, `${service.className}Service`, 'Service');
    this.#factory = this.#names.take(`${lowerFirst(this.#serviceName)}Client`, 'serviceClient');
    this.#client = new Imports(this.#names);
    this.#core = new Imports(this.#names);
    // Imports give way to what has these names, so only a type of the service can hide one of the language.
    this.#context = { hides: (name) => this.#names.has(name) };
  }

  /** What the types are called is known to others, so everything else makes room for them. */
  #declaredNames(): readonly string[] {
    const names = this.#service.declarations.map(({ name }) => name);
    if (this.#options.importTypes === undefined) return names;
    const used = namesInSignatures(this.#service);
    return names.filter((name) => used.has(name));
  }

  print(): string {
    const body = [this.#interface(), hardLine, this.#contract(), hardLine, this.#clientFactory()];
    const declarations = this.#declarations();
    const imports = [this.#clientImports(), this.#coreImports(), this.#typeImports()];
    return print([headerOf(this.#service), ...imports, hardLine, ...declarations, ...body]);
  }

  #clientImports(): Layout {
    return importLayout(this.#client, '@rpcudp/client');
  }

  #coreImports(): Layout {
    return importLayout(this.#core, '@rpcudp/core');
  }

  #typeImports(): Layout {
    const from = this.#options.importTypes?.from;
    const names = [...this.#declaredNames()].sort();
    if (from === undefined || names.length === 0) return '';
    return importOf(names, from, true);
  }

  #declarations(): readonly Layout[] {
    if (this.#options.importTypes !== undefined) return [];
    return this.#service.declarations.map((declaration) => [declarationLayout(declaration, this.#context), hardLine]);
  }

  #interface(): Layout {
    const { doc, methods } = this.#service;
    const members = methods.flatMap((method) => this.#methodSignatures(method));
    return [docComment(doc), block(`export interface ${this.#serviceName} `, members), hardLine];
  }

  #methodSignatures({ property, doc, signatures }: MethodModel): readonly Layout[] {
    return signatures.map((signature, index) => [
      index === 0 ? docComment(doc) : '',
      this.#signature(property, signature),
      ';',
    ]);
  }

  #signature(property: string, { parameters, result }: SignatureModel): Layout {
    const names = new Names([]);
    const written = parameters.map((parameter, index) => this.#parameter(parameter, index, names));
    const end = parameters.at(-1)?.rest === true ? '' : ',';
    return [propertyName(property), list('(', written, ')', end), ': ', typeLayout(result, this.#context)];
  }

  #parameter({ name, type, optional, rest }: ParameterModel, index: number, names: Names): Layout {
    const local = isIdentifier(name) ? names.take(name) : names.take(`${name}_`, `arg${index}`);
    if (rest) return annotation(`...${local}`, { kind: 'array', element: type, readonly: false }, this.#context);
    return annotation(`${local}${optional ? '?' : ''}`, type, this.#context);
  }

  #contract(): Layout {
    const { name, methods } = this.#service;
    const contract = this.#core.type('ServiceContract');
    const define = this.#core.value('defineService');
    const entries = methods.map((method) => [propertyName(method.property), ': ', optionsOf(method), ',']);
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

  #clientFactory(): Layout {
    const channel = this.#names.take('channel', 'rpcChannel');
    const defaults = this.#names.take('defaults', 'callDefaults');
    const client = `${this.#client.type('Client')}<${this.#serviceName}>`;
    const create = this.#client.value('createClient');
    const parameters = [
      `${channel}: ${this.#core.type('RpcChannel')}`,
      `${defaults}?: ${this.#core.type('CallOptions')}`,
    ];
    return [
      docComment(
        `A client of ${this.#service.name}: its calls go over \`${channel}\`, and \`${defaults}\` hold for all of them.`,
      ),
      list(`export function ${this.#factory}(`, parameters, `): ${client} `, ','),
      block('', [`return ${create}(${this.#serviceName}, ${channel}, ${defaults});`]),
      hardLine,
    ];
  }
}

/** What a method declares beside its signature; defaults are left out. */
function optionsOf({ property, name, delivery, shape, timeoutMs }: MethodModel): Layout {
  const options = [
    ...(name === property ? [] : [`name: ${quote(name)}`]),
    ...(delivery === 'at-most-once' ? [] : [`delivery: ${quote(delivery)}`]),
    ...(shape === 'one-way' ? ['oneWay: true'] : []),
    ...(timeoutMs === undefined ? [] : [`timeoutMs: ${literal(timeoutMs)}`]),
  ];
  return options.length === 0 ? '{}' : braced(options);
}
