// The page of LanceDB: Show Token Details as HTML: no script, no address outside, the theme's own colours. Pure. The token is never
// handed in; whatever a server or a claim says is escaped.
import * as l10n from "@vscode/l10n";
import type { Connection } from "../oauth/connection.ts";
import type { ProviderState } from "../oauth/headerProvider.ts";
import { commandIds } from "../ids.ts";
import { button, buttons, heading, page, paragraph, safe, table } from "../pages/page.ts";
import { claimRows, grantedScopes, timeText, type Times } from "./claims.ts";
import { connectionWords } from "../messages/connectionWords.ts";
import { shownName } from "../messages/environmentWords.ts";
import { timeLine } from "./timeLine.ts";
import type { TokenEvent } from "./tokenHistory.ts";

export interface TokenPageContent {
  readonly connection: Connection;
  readonly server: string;
  readonly state: ProviderState;
  /** Of the token at hand: its claims where it is a JWT, and its length. */
  readonly token:
    { readonly claims: Readonly<Record<string, unknown>> | undefined; readonly length: number } | undefined;
  readonly events: readonly TokenEvent[];
  readonly times: Times;
  /** Allows the page's own style and no other. */
  readonly nonce: string;
}

/** The commands that the page's links may run. */
export const pageCommands = [
  commandIds.refreshToken,
  commandIds.copyAccessToken,
  commandIds.testConnection,
  commandIds.editConnection,
  commandIds.signIn,
] as const;

export function tokenPage(content: TokenPageContent): string {
  const { connection, nonce } = content;
  const sections = [header(content), life(content), scopes(content), claims(content), history(content), asked(content)];
  return page({ title: l10n.t("Token of {0}", shownName(connection)), body: sections.join("\n"), style, nonce });
}

function header({ connection, state, times }: TokenPageContent): string {
  const words = connectionWords(state, false, times.now);
  const links: readonly (readonly [string, string])[] =
    words.context === "signedOut"
      ? [[l10n.t("Sign In"), commandIds.signIn]]
      : [
          [l10n.t("Refresh Token"), commandIds.refreshToken],
          [l10n.t("Test Connection"), commandIds.testConnection],
          [l10n.t("Copy Access Token…"), commandIds.copyAccessToken],
        ];
  const shown = [...links, [l10n.t("Edit Connection"), commandIds.editConnection] as const].map(([label, command]) =>
    button(label, command, connection.name),
  );
  return `<p class="lead">${safe(capital(words.sentence))}.</p>
${buttons(l10n.t("Actions"), shown)}`;
}

function life({ state, times, events }: TokenPageContent): string {
  const known = "life" in state ? state.life : undefined;
  const rows: [string, string][] = [];
  if (known !== undefined) {
    rows.push([l10n.t("Obtained"), timeText(known.obtainedAt, times)]);
    rows.push([
      l10n.t("Expires"),
      known.expiresAt === undefined ? l10n.t("The server does not say.") : timeText(known.expiresAt, times),
    ]);
  }
  const picture = timeLine({ events, now: times.now, format: (at) => safe(times.format(at)) });
  if (rows.length === 0 && picture === "") return "";
  const drawn = l10n.t("Drawn {0}. The page is drawn again when the token changes.", times.format(times.now));
  return `${heading(l10n.t("Lifetime"))}${table(rows)}${picture}<p class="note">${safe(drawn)}</p>`;
}

function scopes({ connection, token }: TokenPageContent): string {
  const granted = token?.claims === undefined ? undefined : grantedScopes(token.claims);
  if (granted === undefined) return "";
  const grantedUnasked = connection.scopes.length === 0 ? l10n.t("✔ granted") : l10n.t("✔ granted unasked");
  const missing = connection.scopes.filter((scope) => !granted.includes(scope));
  const rows = [
    ...granted.map((scope): [string, string] => [
      scope,
      connection.scopes.includes(scope) ? l10n.t("✔ asked for, granted") : grantedUnasked,
    ]),
    ...missing.map((scope): [string, string] => [scope, l10n.t("✖ asked for, not granted")]),
  ];
  return heading(l10n.t("Scopes")) + (rows.length === 0 ? paragraph(l10n.t("The token has none.")) : table(rows));
}

function claims({ token, times }: TokenPageContent): string {
  const title = heading(l10n.t("Claims"));
  if (token === undefined) return title + paragraph(l10n.t("There is no token now."));
  if (token.claims === undefined) {
    return (
      title + paragraph(l10n.t("The token is opaque, {0} characters long: only the server can read it.", token.length))
    );
  }
  const rows = claimRows(token.claims, times).map(
    ({ claim, meaning, value }) =>
      `<tr><th scope="row"><code>${safe(claim)}</code></th><td>${safe(meaning)}</td><td>${safe(value)}</td></tr>`,
  );
  const columns = [l10n.t("Claim"), l10n.t("Meaning"), l10n.t("Value")].map(
    (each) => `<th scope="col">${safe(each)}</th>`,
  );
  return `${title}
${paragraph(l10n.t("What the token says of itself, unverified: the server decides."))}
<table><thead><tr>${columns.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function history({ events, times }: TokenPageContent): string {
  if (events.length === 0) return "";
  const rows = events.toReversed().map((event): [string, string] => [times.format(event.at), eventText(event, times)]);
  return heading(l10n.t("In this window")) + table(rows);
}

function eventText(event: TokenEvent, { format }: Times): string {
  switch (event.kind) {
    case "renewed": {
      const { expiresAt } = event.life;
      return expiresAt === undefined
        ? l10n.t("✔ New token, expiry unknown")
        : l10n.t("✔ New token, valid until {0}", format(expiresAt));
    }
    case "failed":
      return l10n.t("✖ Failed: {0}", event.says);
    case "signedOut":
      return l10n.t("– Signed out");
  }
}

function asked({ connection, server }: TokenPageContent): string {
  const { uri, issuerUrl, tokenUrl, clientId, flow, audience, resource, scopes: wanted } = connection;
  const rows: readonly (readonly [string, string | undefined])[] = [
    [l10n.t("Database"), uri],
    [l10n.t("Server"), server],
    [l10n.t("Issuer"), issuerUrl],
    [l10n.t("Token URL"), tokenUrl],
    [l10n.t("Client"), clientId],
    [l10n.t("Flow"), flow],
    [l10n.t("Scopes asked for"), wanted.length === 0 ? l10n.t("the server’s default") : wanted.join(" ")],
    [l10n.t("Audience asked for"), audience],
    [l10n.t("Resource asked for"), resource],
  ];
  const known = rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return heading(l10n.t("Connection")) + table(known);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, "");
}

const style = `
svg { display: block; margin: .75rem 0 .25rem; overflow: visible; }
svg text { fill: var(--vscode-descriptionForeground); font-size: 12px; }
svg .failure { fill: var(--vscode-errorForeground); font-size: 14px; }
svg .current { fill: var(--vscode-charts-green); stroke: var(--vscode-contrastBorder, none); }
svg .past { fill: var(--vscode-charts-lines); stroke: var(--vscode-contrastBorder, none); opacity: .7; }
svg .now { stroke: var(--vscode-foreground); stroke-width: 1.5; stroke-dasharray: 3 3; }
`;
