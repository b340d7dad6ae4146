// The pieces of a page in the editor, as HTML: no script, no address outside, the theme's own colours. Pure. What a server, a program or a
// claim says is escaped here, and only links to our own commands are made.
import { language } from "../language.ts";

export interface PageContent {
  readonly title: string;
  /** HTML of the pieces below. */
  readonly body: string;
  /** CSS of the page's own. */
  readonly style?: string;
  /** Allows the page's own style and no other. */
  readonly nonce: string;
}

export function page({ title, body, style: own = "", nonce }: PageContent): string {
  return `<!DOCTYPE html>
<html lang="${language()}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${safe(title)}</title>
<style nonce="${nonce}">${style}${own}</style>
</head>
<body>
<main>
<h1>${safe(title)}</h1>
${body}
</main>
</body>
</html>`;
}

/** A link that looks like a button and runs one of our commands. */
export function button(label: string, command: string, ...args: readonly unknown[]): string {
  return `<a href="command:${command}?${encodeURIComponent(JSON.stringify(args))}">${safe(label)}</a>`;
}

/** @param label for screen readers */
export function buttons(label: string, shown: readonly string[]): string {
  return `<nav aria-label="${safe(label)}">${shown.join(" ")}</nav>`;
}

export function table(rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return "";
  const lines = rows.map(([name, value]) => `<tr><th scope="row">${safe(name)}</th><td>${safe(value)}</td></tr>`);
  return `<table><tbody>${lines.join("")}</tbody></table>`;
}

export function heading(text: string): string {
  return `<h2>${safe(text)}</h2>`;
}

export function paragraph(text: string): string {
  return `<p>${safe(text)}</p>`;
}

/** Text that a browser shows and does nothing else with. */
export function safe(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return cut(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** One line without control, format and direction characters, and not of any length. */
function cut(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, " ");
  return line.length <= longest
    ? line
    : `${Array.from(line)
        .slice(0, longest - 1)
        .join("")}…`;
}

const longest = 500;

const style = `
body { margin: 0; padding: 1.5rem; color: var(--vscode-foreground); background: var(--vscode-editor-background); font: var(--vscode-font-weight) var(--vscode-font-size)/1.5 var(--vscode-font-family); }
main { max-width: 56rem; }
h1 { font-size: 1.5em; font-weight: 600; margin: 0 0 .25rem; }
h2 { font-size: 1.1em; font-weight: 600; margin: 1.75rem 0 .5rem; }
p { margin: .25rem 0; }
.note { color: var(--vscode-descriptionForeground); }
nav { display: flex; flex-wrap: wrap; gap: .5rem; margin: .75rem 0; }
nav a { padding: .25rem .75rem; color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); border: 1px solid var(--vscode-button-secondaryBorder, var(--vscode-contrastBorder, var(--vscode-widget-border, transparent))); border-radius: 2px; text-decoration: none; }
nav a:hover { background: var(--vscode-button-secondaryHoverBackground); }
a:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid var(--vscode-editorWidget-border, var(--vscode-contrastBorder, transparent)); font-weight: normal; }
/* Names stay whole; what a server says may be of any length. */
td:last-child { overflow-wrap: anywhere; }
th[scope="row"] { white-space: nowrap; color: var(--vscode-descriptionForeground); width: 1%; }
thead th { font-weight: 600; }
code { font-family: var(--vscode-editor-font-family); color: inherit; background: none; }
`;
