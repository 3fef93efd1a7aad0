import { ts } from 'ts-morph';
import type { MethodModel } from '../model.js';
import type { Decoration } from './decorations.js';
import type { Place, ProblemList } from './problem-list.js';

/** A member that has a name which is written as one. */
type NamedMember = ts.ClassElement & { readonly name: ts.Identifier | ts.StringLiteral | ts.NumericLiteral };

/** Names that no property of a client may have: see `ReservedMethodName` of `@rpcudp/core`. */
const RESERVED: ReadonlySet<string> = new Set(['then', 'toJSON', ...Object.getOwnPropertyNames(Object.prototype)]);

/** Whether a decorated member is what can be remote: what the decorator itself refuses when the class is defined. */
export function checkMethodKind(
  member: ts.ClassElement,
  decoration: Decoration,
  path: string,
  problems: ProblemList,
): member is NamedMember {
  const message = wrongKind(member, decoration);
  if (message !== undefined) problems.add({ path, node: member.name ?? member }, message);
  return message === undefined;
}

function wrongKind(member: ts.ClassElement, { bare }: Decoration): string | undefined {
  if (bare) return '@RpcMethod lacks its parentheses. Write @RpcMethod().';
  if (!ts.isMethodDeclaration(member)) return 'Only methods can be remote, not fields or accessors.';
  const modifiers = ts.getCombinedModifierFlags(member);
  if (modifiers & ts.ModifierFlags.Static) {
    return 'A static method cannot be remote, for an instance is served. Remove "static".';
  }
  if (modifiers & ts.ModifierFlags.NonPublicAccessibilityModifier) {
    return 'A private or protected method cannot be remote: no client has it in its type. Make it public.';
  }
  if (ts.isPrivateIdentifier(member.name)) return 'A private method cannot be remote. Remove the #.';
  const isNamed = ts.isIdentifier(member.name) || ts.isStringLiteral(member.name) || ts.isNumericLiteral(member.name);
  return isNamed ? undefined : 'A remote method needs a name that is written out, not one that is computed.';
}

/** Whether a client can have a property of this name. */
export function checkProperty(property: string, place: Place, problems: ProblemList): boolean {
  if (!RESERVED.has(property)) return true;
  const message =
    `A remote method cannot be called "${property}", for a client is a plain object that is not thenable. ` +
    `Rename the method, and keep the wire name with the option { name: '${property}' }.`;
  problems.add(place, message);
  return false;
}

/** Two methods of one service need two names on the wire. */
export function checkWireNames(
  methods: readonly MethodModel[],
  className: string,
  node: ts.Node,
  problems: ProblemList,
): void {
  const seen = new Map<string, string>();
  for (const { name, property } of methods) {
    const other = seen.get(name);
    seen.set(name, property);
    if (other === undefined) continue;
    const message = `"${name}" is the wire name of ${other}, too. Give one of them another with @RpcMethod({ name }).`;
    problems.add({ path: `${className}.${property}`, node }, message);
  }
}
