// What was typed into the dialogue so far, and how it becomes an entry of the settings. Pure; never holds a secret.
import { isKeyPath, isKeyText } from "../oauth/grants/clientKey.ts";
import {
  clientAuthentications,
  flows,
  isPersonal,
  usesIssuer,
  usesSource,
  usualAuthentication,
  type ClientAuthentication,
  type Flow,
} from "../oauth/connection.ts";
import type { IssuerFacts } from "../oauth/grants/issuer.ts";
import { providerIds, type ProviderId } from "../providers/traits.ts";
import type { ConnectionEntry } from "../settings/settings.ts";
import type { Answers, Built, ServiceId } from "./services/oauthService.ts";

/** Kept over a cancelled dialogue, so that the next one goes on from there. */
export interface Draft {
  /** What the dialogue's first question was answered with. */
  service: ServiceId;
  /** To the questions of that service. */
  answers: Answers;
  name: string;
  uri: string;
  host: string;
  flow: Flow;
  /** An issuer URL, or a token URL. */
  issuer: string;
  issuerIsTokenUrl: boolean;
  clientId: string;
  clientAuthentication: ClientAuthentication;
  /** Empty where the key is in the secret storage, or where there is none. */
  clientKeyFile: string;
  providerId: string;
  /** Whose traits the grants follow, where that was chosen. */
  provider: ProviderId | undefined;
  scopes: readonly string[];
  audience: string;
  resource: string;
  /** The program and its arguments. */
  command: readonly string[];
}

export function emptyDraft(): Draft {
  return {
    service: "lancedbCloud",
    answers: {},
    name: "",
    uri: "",
    host: "",
    flow: "client_credentials",
    issuer: "",
    issuerIsTokenUrl: false,
    clientId: "",
    clientAuthentication: "basic",
    clientKeyFile: "",
    providerId: "microsoft",
    provider: undefined,
    scopes: [],
    audience: "",
    resource: "",
    command: [],
  };
}

/** The draft for a database that the code names. Another one than before is a connection of its own: nothing of the old one stays. */
export function fill(
  draft: Draft,
  { uri, host }: { readonly uri?: string; readonly host?: string },
  taken: readonly string[],
): Draft {
  if (uri === undefined) return draft;
  const start = draft.uri === uri ? draft : { ...emptyDraft(), uri };
  const name = uri.replace(/^db:\/\//i, "");
  return {
    ...start,
    name: start.name === "" && !taken.includes(name) ? name : start.name,
    host: host ?? start.host,
  };
}

export function draftOf(entry: ConnectionEntry): Draft {
  const text = (field: string): string => (typeof entry[field] === "string" ? entry[field] : "");
  const list = (field: string): readonly string[] => {
    const found = entry[field];
    return Array.isArray(found) ? found.filter((item) => typeof item === "string") : [];
  };
  const issuerIsTokenUrl = text("tokenUrl") !== "";
  const flow = flows.find((each) => each === entry["flow"]) ?? "client_credentials";
  return {
    ...{ service: "generic", answers: {} },
    name: text("name"),
    uri: text("uri"),
    host: text("hostOverride") === "" ? text("region") : text("hostOverride"),
    flow,
    issuer: issuerIsTokenUrl ? text("tokenUrl") : text("issuerUrl"),
    issuerIsTokenUrl,
    clientId: text("clientId"),
    clientAuthentication: authenticationOf(entry, flow),
    clientKeyFile: text("clientKeyFile"),
    providerId: text("providerId") === "" ? "microsoft" : text("providerId"),
    provider: providerIds.find((each) => each === entry["provider"]),
    scopes: list("scopes"),
    audience: text("audience"),
    resource: text("resource"),
    command: text("command") === "" ? [] : [text("command"), ...list("args")],
  };
}

/** What follows from the answers to a service's questions. */
export function takeBuilt(draft: Draft, { issuer, scopes = [], audience = "", resource = "" }: Built): void {
  Object.assign(draft, { issuer, issuerIsTokenUrl: false, scopes, audience, resource });
}

/** The name of a connection whose person was not asked for one: the database's, and a number where that is taken. */
export function nameFor(uri: string, taken: readonly string[]): string {
  const wanted = uri.replace(/^db:\/\//i, "").slice(0, 60);
  const start = /^[A-Za-z0-9]/.test(wanted) ? wanted : "LanceDB";
  let name = start;
  for (let count = 2; taken.includes(name); count += 1) name = `${start} ${String(count)}`;
  return name;
}

function authenticationOf(entry: ConnectionEntry, flow: Flow): ClientAuthentication {
  return clientAuthentications.find((each) => each === entry["clientAuthentication"]) ?? usualAuthentication(flow);
}

/** What was chosen, where the server takes it or does not say; else what it does take, Basic first (RFC 6749 section 2.3.1). */
export function fitting(
  { clientAuthentication: chosen, flow }: Draft,
  { clientAuthentications }: IssuerFacts,
): ClientAuthentication {
  // Public clients are often not listed, and yet taken.
  if (chosen === "none" && isPersonal({ flow })) return chosen;
  if (chosen === "json" || clientAuthentications.includes(chosen)) return chosen;
  return clientAuthentications.find((method) => method !== "none") ?? chosen;
}

/**
 * What was typed where a secret is asked for: a secret, a private key, or the path of a key's file. Notes in the draft how the client
 * authenticates with it, and answers what is to be kept secret; undefined where that stays in a file or in the secret storage.
 */
export function takeCredential(draft: Draft, typed: string): string | undefined {
  if (typed === "") return undefined;
  const isPath = isKeyPath(typed);
  if (isPath || isKeyText(typed)) {
    Object.assign(draft, { clientAuthentication: "private_key_jwt", clientKeyFile: isPath ? typed : "" });
    return isPath ? undefined : typed;
  }
  const isPublic = draft.clientAuthentication === "none" || draft.clientAuthentication === "private_key_jwt";
  Object.assign(draft, { clientKeyFile: "", ...(isPublic ? { clientAuthentication: "basic" } : {}) });
  return typed;
}

/** A server's URL, a Cloud region, or nothing. */
export function placeOf(host: string): { readonly hostOverride?: string; readonly region?: string } {
  if (host === "") return {};
  return host.includes(":") ? { hostOverride: host } : { region: host };
}

/** The entry for settings.json: what stood there, and what the dialogue asked for. */
export function merge(entry: ConnectionEntry, draft: Draft): ConnectionEntry {
  const asked = [
    ...["name", "uri", "hostOverride", "region", "flow", "issuerUrl", "tokenUrl", "clientId"],
    ...["clientAuthentication", "clientKeyFile", "providerId", "command", "args"],
    ...(usesSource(draft) ? ["scopes"] : []),
    ...(usesIssuer(draft) ? ["scopes", "audience", "resource", "provider"] : []),
  ];
  const others = Object.entries(entry).filter(([field]) => !asked.includes(field));
  return {
    name: draft.name,
    uri: draft.uri,
    ...placeOf(draft.host),
    ...(draft.flow === "client_credentials" ? {} : { flow: draft.flow }),
    ...(usesIssuer(draft) ? clientOf(draft) : sourceOf(draft, entry)),
    ...Object.fromEntries(others),
  };
}

function sourceOf(
  { flow, providerId, scopes, command: [command, ...args] }: Draft,
  entry: ConnectionEntry,
): ConnectionEntry {
  const clientId = entry["clientId"];
  if (flow === "vscode") return { providerId, scopes };
  if (flow === "command") return { command, args };
  if (flow !== "azure_managed_identity") return {};
  // A machine may have several identities; which one, only the settings say.
  return typeof clientId === "string" ? { scopes, clientId } : { scopes };
}

function clientOf(draft: Draft): ConnectionEntry {
  const { flow, issuer, issuerIsTokenUrl, clientId, clientAuthentication, clientKeyFile } = draft;
  const { scopes, audience, resource, provider } = draft;
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(issuerIsTokenUrl ? { tokenUrl: issuer } : { issuerUrl: issuer }),
    clientId,
    ...(clientAuthentication === usualAuthentication(flow) ? {} : { clientAuthentication }),
    ...(clientAuthentication === "private_key_jwt" && clientKeyFile !== "" ? { clientKeyFile } : {}),
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(audience === "" ? {} : { audience }),
    ...(resource === "" ? {} : { resource }),
  };
}
