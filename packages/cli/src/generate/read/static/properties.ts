import { ts } from 'ts-morph';
import { ABSENT, type Bound, type StaticSource } from './bound.js';

/**
 * What an object literal has under a name: `ABSENT` if it has nothing there, and undefined if that cannot be told, since
 * it is no literal or has something in it whose names are not known.
 */
export function propertyOf(object: Bound, name: string, source: StaticSource): Bound | undefined {
  if (object.node === ABSENT.node) return ABSENT;
  if (ts.isBindingElement(object.node)) return propertyOfRest({ node: object.node, scope: object.scope }, name, source);
  if (!ts.isObjectLiteralExpression(object.node)) return undefined;
  const { scope } = object;
  // What stands later wins.
  for (const property of [...object.node.properties].reverse()) {
    if (ts.isSpreadAssignment(property)) {
      const spread = propertyOf(source.follow({ node: property.expression, scope }), name, source);
      if (spread !== ABSENT) return spread;
      continue;
    }
    if (ts.isComputedPropertyName(property.name)) return undefined;
    if (property.name.text === name) return valueOf(property, object);
  }
  return ABSENT;
}

function valueOf(
  property: Exclude<ts.ObjectLiteralElementLike, ts.SpreadAssignment>,
  { scope }: Bound,
): Bound | undefined {
  if (ts.isPropertyAssignment(property)) return { node: property.initializer, scope };
  // A shorthand is followed by its name, a method stands for itself.
  return ts.isShorthandPropertyAssignment(property) ? { node: property.name, scope } : { node: property, scope };
}

/** The object that is taken apart in a parameter or a constant. */
export function takenFrom({ node, scope }: Bound<ts.BindingElement>): Bound | undefined {
  const whole = node.parent.parent;
  if (!ts.isObjectBindingPattern(node.parent)) return undefined;
  if (ts.isParameter(whole)) return scope.get(whole);
  return whole.initializer && { node: whole.initializer, scope };
}

/** `{ a, ...rest }`: what other elements take is not in the rest. */
function propertyOfRest(
  { node, scope }: Bound<ts.BindingElement>,
  name: string,
  source: StaticSource,
): Bound | undefined {
  const taken = [...node.parent.elements].some(
    (element) =>
      ts.isBindingElement(element) && element !== node && (element.propertyName ?? element.name).getText() === name,
  );
  if (taken) return ABSENT;
  const from = takenFrom({ node, scope });
  return from && propertyOf(source.follow(from), name, source);
}
