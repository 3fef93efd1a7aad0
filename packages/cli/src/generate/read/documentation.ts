import { ts } from 'ts-morph';

/** The documentation of a symbol, with its tags, as it is written. */
export function docOf(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): string | undefined {
  if (symbol === undefined) return undefined;
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const tags = symbol
    .getJsDocTags(checker)
    .map(({ name, text: parts }) => `@${name} ${ts.displayPartsToString(parts)}`.trimEnd());
  const doc = [text, tags.join('\n')].filter((part) => part !== '').join('\n\n');
  if (doc !== '') return doc.replaceAll('\r\n', '\n');
  return symbol.declarations?.map(docOnSameLine).find((found) => found !== undefined);
}

/**
 * A comment between two things of one line, as in `{ sku: string; /** In cents. *\/ price: bigint }`. The compiler takes it for
 * the end of what stands before it; who writes it means what follows.
 */
function docOnSameLine(declaration: ts.Declaration): string | undefined {
  const { text } = declaration.getSourceFile();
  const comment = ts.getTrailingCommentRanges(text, declaration.pos)?.at(-1);
  if (comment === undefined) return undefined;
  const between = text.slice(comment.end, declaration.getStart());
  const written = /^\/\*\*\s*([^]*?)\s*\*\/$/.exec(text.slice(comment.pos, comment.end))?.[1];
  if (written === undefined || written === '' || /\S|\n/.test(between)) return undefined;
  return written.replaceAll(/\s*\r?\n\s*\*? ?/g, '\n');
}
