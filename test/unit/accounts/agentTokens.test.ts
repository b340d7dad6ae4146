// A token with fewer rights for programs that an agent runs: by the client's own grant at a real authorization server, and by an exchange of a
// person's token (RFC 8693) at a server as strict as the specification.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AgentTokens } from "../../../src/accounts/agentTokens.ts";
import type { Account } from "../../../src/accounts/accounts.ts";
import { authorizationServers } from "../../../src/accounts/authorizationServers.ts";
import { answerFrom } from "../../../src/broker/answer.ts";
import { parseConnection } from "../../../src/oauth/connection.ts";
import { OAuthHeaderProvider } from "../../../src/oauth/provider.ts";
import { Secret } from "../../../src/oauth/secret.ts";
import {
  scopes,
  startAuthorizationServer,
  type AuthorizationServer,
} from "../../support/servers/authorizationServer.ts";
import { listenOnLoopback, readBody, sendJson, type Loopback } from "../../support/servers/loopback.ts";

let server: AuthorizationServer;
let exchange: Loopback;
const exchanged: URLSearchParams[] = [];

before(async () => {
  server = await startAuthorizationServer();
  exchange = await listenOnLoopback();
  exchange.listener = (request, response) => {
    const { origin } = exchange;
    if (request.url?.startsWith("/.well-known/") === true) {
      sendJson(response, 200, {
        issuer: origin,
        token_endpoint: `${origin}/token`,
        authorization_endpoint: `${origin}/a`,
      });
      return;
    }
    void readBody(request).then((body) => {
      const asked = new URLSearchParams(String(body));
      exchanged.push(asked);
      const right =
        asked.get("grant_type") === "urn:ietf:params:oauth:grant-type:token-exchange" && asked.has("subject_token");
      const reply = {
        access_token: "narrow",
        token_type: "Bearer",
        expires_in: 600,
        issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      };
      sendJson(response, right ? 200 : 400, right ? reply : { error: "invalid_request" });
    });
  };
});
after(async () => {
  await server.close();
  await exchange.close();
});

const tokensFor = (secret?: Secret): AgentTokens =>
  new AgentTokens({
    servers: authorizationServers(fetch),
    secrets: { clientSecret: () => Promise.resolve(secret), fileToken: () => Promise.reject(new Error("no file")) },
  });

function accountOf(fields: object): Account {
  const connection = parseConnection({ name: "demo", uri: "db://demo", ...fields });
  const provider = new OAuthHeaderProvider(() => ({ accessToken: "whole", expiresIn: 600 }), 300);
  return { connection, provider };
}

test("a client's own grant is asked for with the narrower scopes, and programs of people keep theirs", async () => {
  const { id: clientId, secret } = server.clients.basic;
  const account = accountOf({ issuerUrl: server.issuerUrl, clientId, agentScopes: [scopes.read] });
  const tokens = tokensFor(new Secret(secret));
  const source = answerFrom({
    connections: () => [account],
    active: () => "demo",
    narrowed: (each) => tokens.narrowed(each),
  });
  const ofPerson = await source.headers({ uri: "db://demo" }, undefined, undefined, { isAgent: false });
  const ofAgent = await source.headers({ uri: "db://demo" }, undefined, undefined, { isAgent: true });
  tokens.dispose();
  assert.deepEqual(
    [
      ofPerson.headers["authorization"],
      ofAgent.headers["authorization"] === "Bearer whole",
      server.tokenRequests.at(-1)?.parameters,
    ],
    ["Bearer whole", false, { scope: scopes.read }],
  );
});

test("a person's token is exchanged for one with the narrower scopes", async () => {
  const account = accountOf({
    ...{ flow: "authorization_code", issuerUrl: exchange.origin, clientId: "app", agentScopes: ["read"] },
  });
  const tokens = tokensFor();
  const token = await tokens.narrowed(account).provider.token();
  tokens.dispose();
  const asked = exchanged.at(-1);
  assert.deepEqual(
    [token.accessToken.reveal(), asked?.get("subject_token"), asked?.get("subject_token_type"), asked?.get("scope")],
    ["narrow", "whole", "urn:ietf:params:oauth:token-type:access_token", "read"],
  );
});

test("it is given up when the person signs out", async () => {
  const account = accountOf({
    ...{ flow: "authorization_code", issuerUrl: exchange.origin, clientId: "app", agentScopes: ["read"] },
  });
  const tokens = tokensFor();
  const { provider } = tokens.narrowed(account);
  await provider.token();
  account.provider.signOut();
  tokens.follow([account]);
  assert.deepEqual([provider.state.status, tokens.narrowed(account).provider === provider], ["signedOut", false]);
  tokens.dispose();
});

test("a connection that has no agentScopes gives agents what it gives everybody", () => {
  const account = accountOf({ issuerUrl: server.issuerUrl, clientId: "a" });
  assert.equal(tokensFor().narrowed(account), account);
});

test("agentScopes without an issuer are refused", () => {
  assert.throws(() => accountOf({ flow: "api_key", agentScopes: ["read"] }), /no issuer that could narrow a token/);
});
