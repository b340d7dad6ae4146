// Reads the words of src out of its syntax trees: the messages that go through l10n, and texts for people that do not.
// CONTRIBUTING says which texts stay English; the list of them is in stayEnglish.ts.
import ts from "typescript";
import type { SourceFile } from "./sourceFile.ts";

export type Found = {
  /** "signIn/signIn.ts:39" */
  readonly at: string;
  readonly text: string;
};

/** The messages, each once: the keys of a bundle. In the order of the alphabet: two branches that each add a text then seldom touch the same line. */
export function messagesOf(files: readonly SourceFile[]): readonly string[] {
  return [...new Set(files.flatMap((file) => calls(file).flatMap(({ message }) => message ?? [])))].sort();
}

/** Calls whose message is put together, so that no bundle can hold it, and calls that run before the language is known. */
export function untranslatableCalls(files: readonly SourceFile[]): readonly Found[] {
  return files.flatMap((file) =>
    calls(file).flatMap(({ node, message }) =>
      message === undefined || !isWithinFunction(node) ? [foundAt(file, node, node.getText())] : [],
    ),
  );
}

function calls(file: SourceFile): { readonly node: ts.CallExpression; readonly message: string | undefined }[] {
  return nodesOf(treeOf(file)).flatMap((node) => {
    if (!isMessageCall(node)) return [];
    const [first] = node.arguments;
    return [{ node, message: first !== undefined && ts.isStringLiteralLike(first) ? first.text : undefined }];
  });
}

function isMessageCall(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) && /^(vscode\.)?l10n\.t$/.test(node.expression.getText());
}

/** What VS Code shows of an object that it is given. */
const shownProperty =
  /^(label|description|detail|title|tooltip|placeHolder|placeholder|prompt|text|button|sentence|advice|says|what|name)$/;
const shownCall = /\.(show(Information|Warning|Error)Message|setStatusBarMessage|createQuickPick|report)$/;

/** Texts that look like words for people and do not go through l10n. */
export function wordsOutside(file: SourceFile): readonly Found[] {
  return nodesOf(treeOf(file)).flatMap((node) => {
    if (!isText(node) || isForMachines(node)) return [];
    const text = textOf(node);
    return looksLikeWords(text, node) ? [foundAt(file, node, text)] : [];
  });
}

type Text = ts.StringLiteralLike | ts.TemplateExpression;

function isText(node: ts.Node): node is Text {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

/** What is put in is shown as {}. */
function textOf(node: Text): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join("");
}

/** A message's own text, a name in the code, a type, a comparison, a line of the log. */
function isForMachines(node: Text): boolean {
  const { parent } = node;
  if (ts.isImportDeclaration(parent) || ts.isLiteralTypeNode(parent) || ts.isElementAccessExpression(parent))
    return true;
  if (ts.isPropertyAssignment(parent) && parent.name === node) return true;
  if (ts.isCaseClause(parent) || ts.isTaggedTemplateExpression(parent)) return true;
  if (ts.isBinaryExpression(parent) && /^[!=]==$/.test(parent.operatorToken.getText())) return true;
  if (isMessageCall(parent)) return parent.arguments[0] === node;
  return isWithinLogCall(node);
}

function isWithinLogCall(node: ts.Node): boolean {
  for (let at = node.parent; !ts.isSourceFile(at) && !ts.isFunctionLike(at); at = at.parent) {
    if (ts.isCallExpression(at)) return /\b(log\.(info|warn|failure)|onRepair)$/.test(at.expression.getText());
  }
  return false;
}

function looksLikeWords(text: string, node: Text): boolean {
  // Icons, tags, and the product's name alone are no words.
  const plain = text.replaceAll(/\$\([\w~-]+\)|<[^>]*>/g, "");
  if (/^(LanceDB( Auth)?|\{\}|[^\p{L}])*$/u.test(plain)) return false;
  const isSentence = /\p{L}[’'”")]?[,.:;…]?\s+[(“"$]?(\p{L}|\{\})/u.test(plain);
  const isPut = ts.isTemplateExpression(node) && /(^|[\s(])\p{L}{2,}[,.:;]?($|[\s)])/u.test(plain);
  const isTitle = /^\p{Lu}[\p{Ll}-]+[….]?$/u.test(plain);
  return isSentence || isPut || isTitle || (/\p{L}{2}/u.test(plain) && isShown(node));
}

function isShown(node: Text): boolean {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent)) return shownProperty.test(parent.name.getText());
  if (ts.isConditionalExpression(parent) && ts.isPropertyAssignment(parent.parent)) {
    return shownProperty.test(parent.parent.name.getText());
  }
  return ts.isCallExpression(parent) && shownCall.test(parent.expression.getText());
}

function isWithinFunction(node: ts.Node): boolean {
  for (let at = node.parent; !ts.isSourceFile(at); at = at.parent) if (ts.isFunctionLike(at)) return true;
  return false;
}

function foundAt({ path }: SourceFile, node: ts.Node, text: string): Found {
  const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
  return { at: `${path}:${line + 1}`, text };
}

function treeOf({ path, text }: SourceFile): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

function nodesOf(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    found.push(child, ...nodesOf(child));
  });
  return found;
}
