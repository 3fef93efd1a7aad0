import { ts } from 'ts-morph';
import { isDecoratorOf, isFromCore, type DecoratorType } from './core-names.js';
import { DecoratorWalk, type Application } from './decorator-walk.js';
import type { Place, ProblemList } from './problem-list.js';
import { NO_SCOPE, type Bound, type Scope } from './static/bound.js';
import type { ParsedSource } from './static/source.js';
import { readOption, WRITTEN_OPTIONS } from './written-options.js';

/** A decorator as it stands before a class or a method, or as another decorator applies it. */
export interface Decoration {
  readonly decorator: ts.Decorator;
  /** What it is given. */
  readonly argument: Bound | undefined;
  /** Whether its parentheses are missing. */
  readonly bare: boolean;
}

type DecoratorName = 'RpcService' | 'RpcMethod';

const TYPES: Readonly<Record<DecoratorName, DecoratorType>> = {
  RpcService: 'RpcServiceDecorator',
  RpcMethod: 'RpcMethodDecorator',
};

/** Finds what is decorated by `@rpcudp/core`, whether the decorator stands there or is a part of the one that does. */
export class Decorations {
  readonly #source: ParsedSource;
  readonly #problems: ProblemList;
  readonly #walks: Readonly<Record<DecoratorName, DecoratorWalk>>;

  constructor(source: ParsedSource, problems: ProblemList) {
    this.#source = source;
    this.#problems = problems;
    this.#walks = {
      RpcService: new DecoratorWalk('RpcService', source),
      RpcMethod: new DecoratorWalk('RpcMethod', source),
    };
  }

  /**
   * What `@rpcudp/core` is told of a class or a method; undefined if nothing. What cannot be told is a problem.
   *
   * @param scope What the parameters of the functions around it stand for.
   */
  of(node: ts.Node, name: DecoratorName, path: string, scope: Scope = NO_SCOPE): Decoration | undefined {
    if (!ts.canHaveDecorators(node)) return undefined;
    for (const decorator of ts.getDecorators(node) ?? []) {
      const found = this.#read(decorator, name, { path, node: decorator }, scope);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #read(decorator: ts.Decorator, name: DecoratorName, place: Place, scope: Scope): Decoration | undefined {
    const expression = { node: decorator.expression, scope };
    const bare = isFromCore(this.#source.follow(expression).node, name, this.#source.checker);
    if (bare) return { decorator, argument: undefined, bare };
    const applications = this.#walks[name].applications(expression);
    const [first] = applications;
    if (first !== undefined) {
      const message = this.#ambiguity(applications, name);
      if (message !== undefined) this.#problems.add(place, message);
      return { decorator, argument: argumentOf(first), bare };
    }
    if (isDecoratorOf(this.#source.checker.getTypeAtLocation(decorator.expression), TYPES[name])) {
      const text = decorator.getText().split('\n', 1)[0]!;
      this.#problems.add(
        place,
        `${text} gives what @${name} gives, and what it says there cannot be read: the source of it is not at hand, or ` +
          `depends on what is known only when the program runs. Write @${name}() itself.`,
      );
    }
    return undefined;
  }

  /** Why it is not sure what a decorator says. */
  #ambiguity(applications: readonly Application[], name: DecoratorName): string | undefined {
    if (applications.some(({ conditional }) => conditional)) {
      return `Whether this decorator applies @${name} is known only when the program runs. Write @${name}() itself.`;
    }
    const said = new Set(applications.map((application) => this.#textOf(argumentOf(application))));
    if (said.size === 1) return undefined;
    return `This decorator applies @${name} in several ways, and which is known only when the program runs. Write @${name}() itself.`;
  }

  #textOf(argument: Bound | undefined): string {
    if (argument === undefined) return '';
    const whole = this.#source.literalOf(argument);
    if (typeof whole === 'string') return JSON.stringify({ name: whole });
    return WRITTEN_OPTIONS.map((option) => String(readOption(argument, option, this.#source)?.value)).join();
  }
}

function argumentOf({ call: { node, scope } }: Application): Bound | undefined {
  const [first] = node.arguments;
  return first && { node: first, scope };
}
