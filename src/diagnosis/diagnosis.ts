// The report of LanceDB: Diagnose, from what was found. Pure. Whatever the findings say, no token or secret gets into the text: it
// is made to be pasted into an issue.
import * as l10n from "@vscode/l10n";

export interface Finding {
  readonly what: string;
  readonly state: "ok" | "warning" | "failed" | "skipped";
  /** Plain text; shown as such. */
  readonly says: string;
  /** What to do about it. */
  readonly fix?: string | undefined;
}

/** What the report opens with: versions and the like. */
export type Fact = readonly [name: string, value: string];

const marks = { ok: "✔", warning: "⚠", failed: "✖", skipped: "–" } as const;

export function reportFrom(facts: readonly Fact[], findings: readonly Finding[]): string {
  const bad = findings.filter(({ state }) => state === "failed" || state === "warning");
  const summary =
    bad.length === 0
      ? l10n.t("Everything that was checked works.")
      : l10n.t(
          "{0} of {1} checks need a look: {2}.",
          bad.length,
          findings.length,
          bad.map(({ what }) => what).join(", "),
        );
  const lines = [
    `# ${l10n.t("LanceDB Auth: diagnosis")}`,
    "",
    summary,
    "",
    l10n.t("No token or secret is in this report. It names your connection, servers and client id."),
    "",
    ...facts.map(([name, value]) => `- ${name}: ${inert(value)}`),
    ...findings.flatMap(sectionOf),
    "",
  ];
  return lines.join("\n");
}

function sectionOf({ what, state, says, fix }: Finding): readonly string[] {
  const remedy = fix === undefined || state === "ok" ? [] : ["", `**${l10n.t("To do:")}** ${inert(fix)}`];
  return ["", `## ${marks[state]} ${what}`, "", inert(says), ...remedy];
}

/** No markup, no link, no control character, nothing that looks like a token; one line. */
function inert(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return withoutTokens(plain).replaceAll(/[\\`*_[\]<>|#~]/g, (character) => `\\${character}`);
}

/** A JWT (RFC 7519), or a run of 40 or more characters as keys and tokens are made of; paths and addresses have / and : in them. */
function withoutTokens(text: string): string {
  return text
    .replaceAll(/eyJ[\w-]+(\.[\w-]*){0,4}/g, l10n.t("(a token)"))
    .replaceAll(/(?<![\w+=.~/-])[\w+=~-]{40,}(?![\w+=.~/-])/g, l10n.t("(a long value)"));
}

const shownClaims = ["iss", "aud", "azp", "client_id", "scope", "scp"] as const;

/** What the token says of itself, but for whom it stands for: that is a person's name at times. */
export function claimsText(claims: Readonly<Record<string, unknown>> | undefined, length: number): string {
  if (claims === undefined) return l10n.t("It is opaque, {0} characters long.", length);
  const said = shownClaims.flatMap((name) => {
    const value = claims[name];
    const texts = [value].flat().filter((each) => typeof each === "string");
    return texts.length === 0 ? [] : [`${name} ${texts.join(" ")}`];
  });
  return l10n.t("It is a JWT of {0} characters; {1}.", length, said.join("; "));
}

/** A minute is what servers usually forgive. */
const forgivenMs = 60_000;

/** @param serverDate the Date header of the issuer's answer (RFC 9110 section 6.6.1), whole seconds */
export function clockFinding(serverDate: string | undefined, now: number): Finding {
  const at = Date.parse(serverDate ?? "");
  if (Number.isNaN(at))
    return { what: l10n.t("Clock"), state: "skipped", says: l10n.t("The issuer's answer carries no date.") };
  const offMs = now - at;
  const seconds = Math.round(Math.abs(offMs) / 1000);
  const says =
    offMs < 0
      ? l10n.t("This machine's clock is {0} s behind the issuer's.", seconds)
      : l10n.t("This machine's clock is {0} s ahead of the issuer's.", seconds);
  if (Math.abs(offMs) <= forgivenMs) return { what: l10n.t("Clock"), state: "ok", says };
  return { what: l10n.t("Clock"), state: "warning", says, fix: l10n.t("Let the system set its clock by the network.") };
}

/** @param status what the LanceDB server answered to a request for its tables */
export function serverFinding(host: string, status: number): Finding {
  const says = l10n.t("{0} answered {1} to a request for its tables.", host, status);
  if (status === 200) return { what: l10n.t("Server"), state: "ok", says };
  return { what: l10n.t("Server"), state: "failed", says, fix: serverFix(status) };
}

function serverFix(status: number): string {
  if (status === 401)
    return l10n.t(
      "The server does not accept the token: check issuer, audience and scopes with whoever runs the server.",
    );
  if (status === 403) return l10n.t("The token lacks a right: add the scope that the server wants to the connection.");
  if (status === 404) return l10n.t("Check the database URI and hostOverride of the connection.");
  if (status === 407)
    return l10n.t("A proxy stands in between and wants to be signed in to: set http.proxy in VS Code.");
  return status >= 500
    ? l10n.t("Try again later; the server has a fault.")
    : l10n.t("Check hostOverride of the connection.");
}

/** Names the proxy's host alone: its address may hold a password. */
export function proxyFinding(
  setting: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  hosts: readonly string[],
): Finding {
  const found = [
    ["http.proxy", setting],
    ...["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].map((name) => [name, env[name]] as const),
  ] as const;
  const used = found.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [l10n.t("{0} is {1}", name, hostIn(value))],
  );
  if (used.length === 0) return { what: l10n.t("Proxy"), state: "ok", says: l10n.t("None is set.") };
  const direct = (env["NO_PROXY"] ?? env["no_proxy"] ?? "").split(",").map((part) => part.trim());
  const local = hosts.some((host) => /^(127\.|localhost|\[::1\])/.test(host));
  const says =
    direct.join(",") === ""
      ? l10n.t("{0}; NO_PROXY is empty.", used.join("; "))
      : l10n.t("{0}; NO_PROXY is set.", used.join("; "));
  if (!local || direct.some((part) => part === "127.0.0.1" || part === "localhost" || part === "*"))
    return { what: l10n.t("Proxy"), state: "ok", says };
  const fix = l10n.t(
    "Add 127.0.0.1,localhost to NO_PROXY: LanceDB's client sends requests to this machine through the proxy.",
  );
  return { what: l10n.t("Proxy"), state: "warning", says, fix };
}

function hostIn(address: string): string {
  return URL.canParse(address) ? new URL(address).host : l10n.t("not a URL");
}
