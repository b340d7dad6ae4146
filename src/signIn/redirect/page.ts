// The page that a browser shows after a sign-in: one heading, one sentence, no script. Every text in it is escaped.
import { language } from "../../language.ts";

export interface Page {
  readonly status: number;
  readonly title: string;
  readonly text: string;
}

export function page({ title, text }: Page): string {
  return `<!doctype html>
<html lang="${language()}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)} · LanceDB Auth</title>
<style>
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1.5rem }
  h1 { font-size: 1.4rem }
</style>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
</html>
`;
}

function escaped(text: string): string {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" } as const;
  return text.replaceAll(/[&<>"']/g, (found) => Object.entries(entities).find(([plain]) => plain === found)?.[1] ?? "");
}
