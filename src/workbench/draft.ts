// What was typed into the dialogue so far, and how it becomes an entry of the settings. Pure; never holds a secret.
import {
  flows,
  isPersonal,
  usesIssuer,
  usualAuthentication,
  type ClientAuthentication,
  type Flow,
} from "../oauth/connection.ts";
import type { IssuerFacts } from "../oauth/issuer.ts";
import type { ConnectionEntry } from "./settings.ts";

/** Kept over a cancelled dialogue, so that the next one goes on from there. */
export interface Draft {
  name: string;
  uri: string;
  host: string;
  flow: Flow;
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
    flow: "client_credentials",
    issuer: "",
    issuerIsTokenUrl: false,
    clientId: "",
    clientAuthentication: "basic",
  };
}

export function draftOf(entry: ConnectionEntry): Draft {
  const text = (field: string): string => (typeof entry[field] === "string" ? entry[field] : "");
  const issuerIsTokenUrl = text("tokenUrl") !== "";
  const flow = flows.find((each) => each === entry["flow"]) ?? "client_credentials";
  return {
    name: text("name"),
    uri: text("uri"),
    host: text("hostOverride") === "" ? text("region") : text("hostOverride"),
    flow,
    issuer: issuerIsTokenUrl ? text("tokenUrl") : text("issuerUrl"),
    issuerIsTokenUrl,
    clientId: text("clientId"),
    clientAuthentication: authenticationOf(entry, flow),
  };
}

function authenticationOf(entry: ConnectionEntry, flow: Flow): ClientAuthentication {
  const found = entry["clientAuthentication"];
  return found === "basic" || found === "post" || found === "json" || found === "none"
    ? found
    : usualAuthentication(flow);
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

/** The entry for settings.json: what stood there, and what the dialogue asked for. */
export function merge(entry: ConnectionEntry, draft: Draft): ConnectionEntry {
  const asked = [
    ...["name", "uri", "hostOverride", "region", "flow", "issuerUrl", "tokenUrl", "clientId", "clientAuthentication"],
  ];
  const others = Object.entries(entry).filter(([field]) => !asked.includes(field));
  const host =
    draft.host === "" ? {} : draft.host.includes(":") ? { hostOverride: draft.host } : { region: draft.host };
  return {
    name: draft.name,
    uri: draft.uri,
    ...host,
    ...(draft.flow === "client_credentials" ? {} : { flow: draft.flow }),
    ...(usesIssuer(draft) ? clientOf(draft) : {}),
    ...Object.fromEntries(others),
  };
}

function clientOf({ flow, issuer, issuerIsTokenUrl, clientId, clientAuthentication }: Draft): ConnectionEntry {
  return {
    ...(issuerIsTokenUrl ? { tokenUrl: issuer } : { issuerUrl: issuer }),
    clientId,
    ...(clientAuthentication === usualAuthentication(flow) ? {} : { clientAuthentication }),
  };
}
