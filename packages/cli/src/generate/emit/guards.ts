/** The module with the guards of a service. */
import type { MethodModel, ParameterModel, Problem, ServiceModel, SignatureModel, TypeModel } from '../model.js';
import { block, declarationLayout, namesInSignatures, namesReached } from './declarations.js';
import { GuardExpressions } from './guard-expressions.js';
import { hardLine, indent, print, type Layout } from './layout.js';
import { braced, bracketed, headerOf, importLayout, importOf } from './module.js';
import { Imports, Names } from './names.js';
import type { EmitOptions } from './options.js';
import { ahead, argumentsOf, resultOf, streamedOf, unionOf } from './signatures.js';
import { lowerFirst, propertyName, quote } from './text.js';
import { typeLayout, typeText, type TypeContext } from './types.js';

/**
 * The text of a module that checks the arguments and results of a service, for `endpoint.serve(instance, { guards })`. It
 * depends on `@rpcudp/core` alone. What it has no way to check is a problem: nothing passes because it is not understood.
 */
export function emitGuards(
  service: ServiceModel,
  options: EmitOptions,
): { readonly text: string } | { readonly problems: readonly Problem[] } {
  const module = new GuardsModule(service, options);
  const text = module.print();
  return module.problems.length === 0 ? { text } : { problems: module.problems };
}

class GuardsModule {
  readonly problems: Problem[] = [];
  readonly #service: ServiceModel;
  readonly #options: EmitOptions;
  /** The types that the module names: those that the signatures reach, or name if they are imported. */
  readonly #types: ReadonlySet<string>;
  readonly #context: TypeContext;
  readonly #core: Imports;
  readonly #guards: Imports;
  readonly #exported: string;
  readonly #expressions: GuardExpressions;

  constructor(service: ServiceModel, options: EmitOptions) {
    this.#service = service;
    this.#options = options;
    this.#types = options.importTypes === undefined ? namesReached(service) : namesInSignatures(service);
    const names = new Names(this.#types);
    const place = service.position ?? { line: 1, column: 1 };
    this.#exported = names.take(`${lowerFirst(service.className)}Guards`, 'serviceGuards');
    this.#core = new Imports(names);
    this.#guards = new Imports(names);
    this.#context = { hides: (name) => names.has(name), bare: true, hasEnums: options.importTypes !== undefined };
    this.#expressions = new GuardExpressions({
      declarations: service.declarations,
      names,
      imports: this.#guards,
      hasType: (name) => this.#types.has(name),
      report: (path, message) =>
        this.problems.push({ file: service.sourceFile, ...place, path: `${service.className}.${path}`, message }),
    });
  }

  print(): string {
    const methods = this.#service.methods.map((method) => this.#method(method));
    // A type that cannot be checked may be one that cannot be written, either.
    if (this.problems.length > 0) return '';
    const type = this.#core.type('ServiceGuards');
    const { name } = this.#service;
    return print([
      headerOf(this.#service),
      importLayout(this.#core, '@rpcudp/core'),
      importLayout(this.#guards, '@rpcudp/core/guards'),
      this.#typeImports(),
      hardLine,
      ...this.#declarations(),
      ...this.#expressions.declared.flatMap((declared) => [declared, hardLine, hardLine]),
      `/** What checks the arguments and results of ${name}: for \`endpoint.serve(instance, { guards })\`. */`,
      hardLine,
      block(`export const ${this.#exported}: ${type}<`, this.#signatures()),
      '> = ',
      broken([
        ['service: ', quote(name)],
        ['methods: ', broken(methods)],
      ]),
      ';',
      hardLine,
    ]);
  }

  #typeImports(): Layout {
    const from = this.#options.importTypes?.from;
    return from === undefined || this.#types.size === 0 ? '' : importOf([...this.#types].sort(), from, true);
  }

  /** The types themselves, once more: a module of guards needs no other. */
  #declarations(): readonly Layout[] {
    if (this.#options.importTypes !== undefined) return [];
    return this.#service.declarations
      .filter(({ name }) => this.#types.has(name))
      .map((declaration) => [declarationLayout(declaration, this.#context, ''), hardLine]);
  }

  /** What the guards give, by method: what follows from them is not enough for types that contain themselves. */
  #signatures(): readonly Layout[] {
    return this.#service.methods.map(({ property, signatures }) => {
      const element = (name: string, type: TypeModel) => ({ name, type, optional: false, rest: false });
      const elements = [element('args', argumentsOf(signatures)), element('result', resultOf(signatures))];
      return [
        propertyName(property),
        ': ',
        typeLayout({ kind: 'tuple', elements, readonly: false }, this.#context),
        ';',
      ];
    });
  }

  #method(method: MethodModel): Layout {
    const { property, doc, signatures } = method;
    const streamed = streamedOf(signatures);
    const checks: readonly Layout[] = [
      ['args: ', this.#args(method)],
      ...(streamed === undefined ? [] : [['items: ', this.#expressions.result(streamed, `${property}(…)[]`)]]),
      ['result: ', this.#expressions.result(resultOf(signatures), `${property}()`)],
    ];
    if (this.problems.length > 0) return '';
    const entries: readonly Layout[] = [
      ...checks,
      ['parameters: ', bracketed(describeParameters(signatures).map(parameterLayout))],
      ['returns: ', quote(typeText(resultOf(signatures)))],
      ...(doc === undefined ? [] : [['doc: ', quote(doc)]]),
    ];
    return [propertyName(property), ': ', broken(entries)];
  }

  #args({ property, signatures }: MethodModel): Layout {
    const each = signatures.map(({ parameters }) =>
      this.#expressions.hugging(
        'args',
        bracketed(
          ahead(parameters).map((parameter) => this.#expressions.place(parameter, `${property}(${parameter.name})`)),
        ),
      ),
    );
    const guard = each.length === 1 ? each[0]! : this.#expressions.hugging('overloads', bracketed(each));
    return this.#expressions.call('typed', [guard]);
  }
}

/** `{ … }` with a line for each entry. */
function broken(entries: readonly Layout[]): Layout {
  return ['{', indent(entries.map((entry) => [hardLine, entry, ','])), hardLine, '}'];
}

/** The parameters of a method; those of overloads are laid over each other, place by place. */
function describeParameters(signatures: readonly SignatureModel[]): readonly ParameterModel[] {
  const longest = Math.max(...signatures.map(({ parameters }) => parameters.length));
  return Array.from({ length: longest }, (_, index) => {
    const there = signatures.flatMap(({ parameters }) => parameters[index] ?? []);
    return {
      name: there[0]!.name,
      type: unionOf(there.map(({ type }) => type)),
      optional: there.length < signatures.length || there.some(({ optional }) => optional),
      rest: there.some(({ rest }) => rest),
      ...(there.some(({ stream }) => stream) && { stream: true as const }),
    };
  });
}

function parameterLayout({ name, type, optional, rest, stream }: ParameterModel): Layout {
  const written: TypeModel = rest ? { kind: 'array', element: type, readonly: false } : type;
  return braced([
    `name: ${quote(name)}`,
    `type: ${quote(typeText(written))}`,
    ...(optional && !rest ? ['optional: true'] : []),
    ...(rest ? ['rest: true'] : []),
    ...(stream === true ? ['stream: true'] : []),
  ]);
}
