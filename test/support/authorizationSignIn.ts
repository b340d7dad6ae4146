// The page on which a person signs in at the tests' authorization server: it knows one person and agrees to everything.
import type { IncomingMessage, ServerResponse } from "node:http";
import type Provider from "oidc-provider";
import type { FindAccount } from "oidc-provider";

export const signInPath = "/sign-in/";

/** The one person who signs in. */
export const accountId = "ada";

export const findAccount: FindAccount = (_, sub) => ({ accountId: sub, claims: () => ({ sub, name: "Ada Lovelace" }) });

/** Signs in and consents, and sends the browser on its way. */
export async function answerSignIn(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  scope: string,
  resource: string,
): Promise<void> {
  try {
    const { params, session } = await provider.interactionDetails(request, response);
    const grant = new provider.Grant({
      accountId: session?.accountId ?? accountId,
      clientId: String(params["client_id"]),
    });
    grant.addOIDCScope(`openid offline_access ${scope}`);
    grant.addResourceScope(resource, scope);
    const grantId = await grant.save();
    await provider.interactionFinished(request, response, { login: { accountId }, consent: { grantId } });
  } catch (error) {
    response.writeHead(400, { "content-type": "text/plain" });
    response.end(error instanceof Error ? error.message : String(error));
  }
}
