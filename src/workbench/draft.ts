// What was typed into the dialogue so far, and how it becomes an entry of the settings. Pure; never holds a secret.
import type { ClientAuthentication } from "../oauth/connection.ts";
import type { IssuerFacts } from "../oauth/issuer.ts";
import type { ConnectionEntry } from "./settings.ts";

/** Kept over a cancelled dialogue, so that the next one goes on from there. */
export interface Draft {
  name: string;
  uri: string;
  host: string;
  /** An issuer URL, or a token URL. */
  issuer: string;
  issuerIsTokenUrl: boolean;
  clientId: string;
  clientAuthentication: ClientAuthentication;
}

export function emptyDraft(): Draft {
  return {
    name: "",
    uri: "",
    host: "",
    issuer: "",
    issuerIsTokenUrl: false,
    clientId: "",
    clientAuthentication: "basic",
  };
}

export function draftOf(entry: ConnectionEntry): Draft {
  const text = (field: string): string => (typeof entry[field] === "string" ? entry[field] : "");
  const issuerIsTokenUrl = text("tokenUrl") !== "";
  return {
    name: text("name"),
    uri: text("uri"),
    host: text("hostOverride") === "" ? text("region") : text("hostOverride"),
    issuer: issuerIsTokenUrl ? text("tokenUrl") : text("issuerUrl"),
    issuerIsTokenUrl,
    clientId: text("clientId"),
    clientAuthentication: authenticationOf(entry),
  };
}

function authenticationOf(entry: ConnectionEntry): ClientAuthentication {
  const found = entry["clientAuthentication"];
  return found === "post" || found === "json" || found === "none" ? found : "basic";
}

/** What was chosen, where the server takes it or does not say; else what it does take, Basic first (RFC 6749 section 2.3.1). */
export function fitting(chosen: ClientAuthentication, { clientAuthentications }: IssuerFacts): ClientAuthentication {
  if (chosen === "json" || clientAuthentications.includes(chosen)) return chosen;
  return clientAuthentications.find((method) => method !== "none") ?? chosen;
}

/** The entry for settings.json: what stood there, and what the dialogue asked for. */
export function merge(entry: ConnectionEntry, draft: Draft): ConnectionEntry {
  const asked = ["name", "uri", "hostOverride", "region", "issuerUrl", "tokenUrl", "clientId", "clientAuthentication"];
  const others = Object.entries(entry).filter(([field]) => !asked.includes(field));
  const host =
    draft.host === "" ? {} : draft.host.includes(":") ? { hostOverride: draft.host } : { region: draft.host };
  return {
    name: draft.name,
    uri: draft.uri,
    ...host,
    ...(draft.issuerIsTokenUrl ? { tokenUrl: draft.issuer } : { issuerUrl: draft.issuer }),
    clientId: draft.clientId,
    ...(draft.clientAuthentication === "basic" ? {} : { clientAuthentication: draft.clientAuthentication }),
    ...Object.fromEntries(others),
  };
}
