/** The module with the guards of a service. */
import type { MethodModel, ParameterModel, Problem, ServiceModel, SignatureModel, TypeModel } from '../model.js';
import { GuardExpressions } from './guard-expressions.js';
import { hardLine, indent, print, type Layout } from './layout.js';
import { braced, bracketed, headerOf, hugging, importLayout } from './module.js';
import { Imports, Names } from './names.js';
import type { EmitOptions } from './options.js';
import { lowerFirst, propertyName, quote } from './text.js';
import { typeText } from './types.js';

/**
 * The text of a module that checks the arguments and results of a service, for `endpoint.serve(instance, { guards })`. It
 * depends on `@rpcudp/core` alone. What it has no way to check is a problem: nothing passes because it is not understood.
 */
export function emitGuards(
  service: ServiceModel,
  _options: EmitOptions,
): { readonly text: string } | { readonly problems: readonly Problem[] } {
  const module = new GuardsModule(service);
  const text = module.print();
  return module.problems.length === 0 ? { text } : { problems: module.problems };
}

class GuardsModule {
  readonly problems: Problem[] = [];
  readonly #service: ServiceModel;
  readonly #core: Imports;
  readonly #guards: Imports;
  readonly #exported: string;
  readonly #expressions: GuardExpressions;

  constructor(service: ServiceModel) {
    this.#service = service;
    const names = new Names([]);
    const place = service.position ?? { line: 1, column: 1 };
    this.#exported = names.take(`${lowerFirst(service.className)}Guards`, 'serviceGuards');
    this.#core = new Imports(names);
    this.#guards = new Imports(names);
    this.#expressions = new GuardExpressions({
      declarations: service.declarations,
      names,
      imports: this.#guards,
      report: (path, message) =>
        this.problems.push({ file: service.sourceFile, ...place, path: `${service.className}.${path}`, message }),
    });
  }

  print(): string {
    const methods = this.#service.methods.map((method) => this.#method(method));
    const type = this.#core.type('ServiceGuards');
    return print([
      headerOf(this.#service),
      importLayout(this.#core, '@rpcudp/core'),
      importLayout(this.#guards, '@rpcudp/core/guards'),
      hardLine,
      ...this.#expressions.declared.flatMap((declared) => [declared, hardLine, hardLine]),
      `/** What checks the arguments and results of ${this.#service.name}: for \`endpoint.serve(instance, { guards })\`. */`,
      hardLine,
      `export const ${this.#exported} = `,
      broken([
        ['service: ', quote(this.#service.name)],
        ['methods: ', broken(methods)],
      ]),
      ` satisfies ${type};`,
      hardLine,
    ]);
  }

  #method(method: MethodModel): Layout {
    const { property, doc, signatures } = method;
    const checks: readonly Layout[] = [
      ['args: ', this.#args(method)],
      ['result: ', this.#result(method)],
    ];
    // A type that cannot be checked may be one that cannot be written, either.
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
      hugging(
        this.#guards.value('args'),
        bracketed(parameters.map((parameter) => this.#expressions.place(parameter, `${property}(${parameter.name})`))),
      ),
    );
    return each.length === 1 ? each[0]! : hugging(this.#guards.value('overloads'), bracketed(each));
  }

  #result({ property, signatures }: MethodModel): Layout {
    const type = resultOf(signatures);
    // What a method gives that says it gives nothing is nobody's business, and does not travel.
    if (type.kind === 'keyword' && type.name === 'void') return `${this.#guards.value('nothing')}()`;
    return this.#expressions.call('result', [this.#expressions.guard(type, `${property}()`)]);
  }
}

/** `{ … }` with a line for each entry. */
function broken(entries: readonly Layout[]): Layout {
  return ['{', indent(entries.map((entry) => [hardLine, entry, ','])), hardLine, '}'];
}

/** What any of the signatures may give. */
function resultOf(signatures: readonly SignatureModel[]): TypeModel {
  return unionOf(signatures.map(({ result }) => result));
}

/** Any of several types, each said once. */
function unionOf(types: readonly TypeModel[]): TypeModel {
  const flat = types.flatMap((type) => (type.kind === 'union' ? type.members : [type]));
  const members = [...new Map(flat.map((type) => [typeText(type), type])).values()];
  return members.length === 1 ? members[0]! : { kind: 'union', members };
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
    };
  });
}

function parameterLayout({ name, type, optional, rest }: ParameterModel): Layout {
  const written: TypeModel = rest ? { kind: 'array', element: type, readonly: false } : type;
  return braced([
    `name: ${quote(name)}`,
    `type: ${quote(typeText(written))}`,
    ...(optional && !rest ? ['optional: true'] : []),
    ...(rest ? ['rest: true'] : []),
  ]);
}
