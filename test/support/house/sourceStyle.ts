// What every file of src must keep beside its imports: its opening, its names, its exports, and in oauth/ nothing of the machine.
// Read from the syntax tree, so that a comment or a string is never taken for code.
import ts from "typescript";
import { partOf, type SourceFile } from "./sourceFile.ts";

const namesThatSayNothing = /(^|\/)(utils?|commons?|helpers?|managers?|services?|index)\.[a-z]+$/i;

/** Reaches oauth through parameters; clock.ts holds the default of the clock. */
const ambient = new Set([
  ...["Date", "performance", "setTimeout", "setInterval", "setImmediate", "queueMicrotask"],
  ...["fetch", "globalThis", "process", "Buffer", "require"],
]);
const clockHome = "oauth/clock.ts";

export function styleBreaches(file: SourceFile): string[] {
  const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
  const found = [...openingBreaches(file), ...nodesBelow(tree).flatMap((node) => nodeBreaches(file.path, node))];
  if (namesThatSayNothing.test(file.path)) found.push(`${file.path} has a name that says nothing`);
  return found;
}

function openingBreaches({ path, text }: SourceFile): string[] {
  const lines = text.replace(/^#!.*\n/, "").split("\n");
  const opening = lines.findIndex((line) => !line.startsWith("//"));
  return opening >= 1 && opening <= 4 ? [] : [`${path} does not open with one to four lines that say what it is`];
}

function nodeBreaches(path: string, node: ts.Node): string[] {
  if (ts.isExportAssignment(node) || hasModifier(node, ts.SyntaxKind.DefaultKeyword)) {
    return [`${path} has a default export`];
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return [`${path} exports what another file holds`];
  }
  if ((ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) && /^I[A-Z][a-z]/.test(node.name.text)) {
    return [`${path} has a type with the prefix I: ${node.name.text}`];
  }
  if (ts.isPropertyAccessExpression(node) && node.name.text === "subscriptions" && path !== "extension.ts") {
    return [`${path} touches context.subscriptions`];
  }
  if (path === "broker/protocol.ts" && (ts.isFunctionLike(node) || ts.isClassLike(node)) && !isType(node)) {
    return [`${path} holds logic; clients import it, so it holds types and constants alone`];
  }
  return partOf(path) === "oauth" && path !== clockHome ? ambientBreaches(path, node) : [];
}

/** `Date` itself is no breach, for `new Date(at)` and `Date.parse` ask no clock; `new Date()` and `Date.now` do. */
function ambientBreaches(path: string, node: ts.Node): string[] {
  const used = `${path} uses the machine's own clock, chance or network: ${node.parent.getText()}`;
  if (ts.isPropertyAccessExpression(node) && node.getText() === "Math.random") return [used];
  if (!ts.isIdentifier(node) || !ambient.has(node.text) || !isValue(node) || isBound(node)) return [];
  if (node.text !== "Date") return [used];
  const { parent } = node;
  const asksNow = ts.isPropertyAccessExpression(parent) && parent.name.text === "now";
  const isNow = (ts.isNewExpression(parent) && (parent.arguments ?? []).length === 0) || ts.isCallExpression(parent);
  return asksNow || isNow ? [used] : [];
}

/** Whether an identifier stands for a value, not for a property, a type or its own declaration. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent) || ts.isParameter(parent)) return parent.initializer === node;
  if (ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent) || ts.isMethodDeclaration(parent))
    return false;
  return !ts.isTypeNode(parent) && !ts.isQualifiedName(parent);
}

/** Whether an enclosing scope declares the name, so that it came in as a parameter or an import. */
function isBound(node: ts.Identifier): boolean {
  for (let scope: ts.Node = node.parent; ; scope = scope.parent) {
    const isScope = ts.isFunctionLike(scope) || ts.isBlock(scope) || ts.isSourceFile(scope);
    if (isScope && declaredIn(scope).has(node.text)) return true;
    if (ts.isSourceFile(scope)) return false;
  }
}

function declaredIn(scope: ts.Node): Set<string> {
  const names = new Set<string>();
  const collect = (node: ts.Node): void => {
    const declares =
      ts.isParameter(node) || ts.isVariableDeclaration(node) || ts.isBindingElement(node) || ts.isImportSpecifier(node);
    if (declares && ts.isIdentifier(node.name)) names.add(node.name.text);
    if (node === scope || !(ts.isFunctionLike(node) || ts.isBlock(node))) ts.forEachChild(node, collect);
  };
  collect(scope);
  return names;
}

function isType(node: ts.Node): boolean {
  return ts.isFunctionTypeNode(node) || ts.isMethodSignature(node) || ts.isCallSignatureDeclaration(node);
}

function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind);
}

function nodesBelow(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    found.push(child, ...nodesBelow(child));
  });
  return found;
}
