// The choice of a service, taken into the draft. Pure.
import { usualAuthentication } from "../../oauth/connection.ts";
import type { Draft } from "../draft.ts";
import type { ServiceId } from "./oauthService.ts";
import { flowOf, oauthService } from "./serviceTable.ts";

const nothingBuilt = { issuer: "", scopes: [], audience: "", resource: "" };

/** What another service was told means nothing to this one. */
export function takeService(draft: Draft, id: ServiceId): void {
  const flow = flowOf(id) ?? (id === "generic" ? draft.flow : "authorization_code");
  const authentication = flow === draft.flow ? {} : { clientAuthentication: usualAuthentication(flow) };
  const forgotten = id === draft.service ? {} : { answers: {}, clientId: "", ...nothingBuilt };
  // "generic" is what every connection is that names no provider.
  const provider = id === "generic" ? undefined : oauthService(id)?.id;
  Object.assign(draft, { service: id, flow, provider, ...authentication, ...forgotten });
}
