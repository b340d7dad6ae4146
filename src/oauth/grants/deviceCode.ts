// The device authorization grant (RFC 8628): a short code that a person enters on any machine, while this one asks and waits.
// Obeys interval, slow_down and expiry; shows nothing itself.
import * as l10n from "@vscode/l10n";
import * as client from "openid-client";
import { configure, grantedBy, neededSecret, type Granted, type GrantRequest } from "./clientConfiguration.ts";
import type { Clock } from "../clock.ts";
import { isSecure } from "../connection.ts";
import { pause, within } from "../deadline.ts";
import { codeLifeMs, longestIntervalSeconds, withUsableInterval } from "./deviceTimes.ts";
import { AuthError, plainText } from "../errors.ts";
import { grantError } from "./grantErrors.ts";
import { issuerMetadataOf, type IssuerMetadata } from "./issuer.ts";
import { traitsOf } from "../../providers/providers.ts";
import { deviceParameters } from "./requestParameters.ts";

/** What the person is shown. */
export interface DevicePrompt {
  readonly userCode: string;
  /** Where the code is entered. */
  readonly url: string;
  /** The same in short, host and path, as plain text to show. */
  readonly place: string;
  /** The same page with the code filled in, where the server has one. */
  readonly completeUrl?: string;
}

export interface DeviceParts {
  readonly show: (prompt: DevicePrompt) => Promise<void>;
  readonly clock: Clock;
}

const grantType = "urn:ietf:params:oauth:grant-type:device_code";
/** RFC 8628 sections 3.2 and 3.5. */
const [usualIntervalSeconds, slowDownSeconds] = [5, 5];

/** Rejects with AuthError. */
export async function signInWithDeviceCode(request: GrantRequest, parts: DeviceParts): Promise<Granted> {
  const { connection, fetch, signal } = request;
  const secret = await neededSecret(request);
  const server = await issuerMetadataOf(connection, fetch, signal);
  const config = await configure(request, server, secret);
  const device = await initiate(config, connection, server);
  const late = (): AuthError => new AuthError("sign_in_expired", { detail: l10n.t("the code was not entered") });
  const limit = { clock: parts.clock, ms: codeLifeMs(device.expires_in), late, signal };
  return within(limit, async (ending) => {
    await parts.show(promptOf(device, server));
    return poll(config, device, parts.clock, ending, { connection, server });
  });
}

async function initiate(
  config: client.Configuration,
  connection: GrantRequest["connection"],
  server: IssuerMetadata,
): Promise<client.DeviceAuthorizationResponse> {
  const host = new URL(server.issuer).host;
  if (server.device_authorization_endpoint === undefined) {
    throw new AuthError("flow_unsupported", { detail: l10n.t("{0} offers no device codes", host) });
  }
  const fetch = config[client.customFetch];
  if (fetch !== undefined) {
    config[client.customFetch] = withUsableInterval(server.device_authorization_endpoint, fetch);
  }
  try {
    return await client.initiateDeviceAuthorization(config, deviceParameters(connection, server));
  } catch (error) {
    throw grantError(error, "invalid_response", host, traitsOf(connection));
  }
}

function promptOf(device: client.DeviceAuthorizationResponse, server: IssuerMetadata): DevicePrompt {
  const { user_code, verification_uri, verification_uri_complete } = device;
  // It is shown in a notification, where brackets could make a link.
  const userCode = plainText(user_code).slice(0, 40);
  if (!/^[\p{L}\p{N} ._-]+$/u.test(userCode)) {
    throw new AuthError("invalid_response", { detail: l10n.t("the code to enter has characters that no code has") });
  }
  for (const url of [verification_uri, verification_uri_complete]) {
    if (url !== undefined && !(URL.canParse(url) && isSecure(new URL(url)))) {
      throw new AuthError("insecure_url", { detail: l10n.t("the page that {0} names", new URL(server.issuer).host) });
    }
  }
  const { href, host, pathname } = new URL(verification_uri);
  const prompt = { userCode, url: href, place: plainText(host + pathname) };
  return verification_uri_complete === undefined
    ? prompt
    : { ...prompt, completeUrl: new URL(verification_uri_complete).href };
}

async function poll(
  config: client.Configuration,
  device: client.DeviceAuthorizationResponse,
  clock: Clock,
  signal: AbortSignal,
  { connection, server }: { readonly connection: GrantRequest["connection"]; readonly server: IssuerMetadata },
): Promise<Granted> {
  let seconds = device.interval ?? usualIntervalSeconds;
  for (;;) {
    await pause(clock, seconds * 1000, signal);
    try {
      return grantedBy(await client.genericGrantRequest(config, grantType, { device_code: device.device_code }));
    } catch (error) {
      const answer = error instanceof client.ResponseBodyError ? error.error : undefined;
      if (answer === "authorization_pending") continue;
      if (answer === "access_denied") throw new AuthError("sign_in_refused");
      const { host } = new URL(server.token_endpoint);
      const failure = grantError(error, "invalid_response", host, traitsOf(connection));
      if (answer === "slow_down") seconds += slowDownSeconds;
      // A server that does not answer is asked less often (RFC 8628 section 3.5), until the code expires.
      else if (failure.retryHelps && failure.code !== "invalid_response") {
        seconds = Math.min(seconds * 2, longestIntervalSeconds);
      } else throw failure;
    }
  }
}
