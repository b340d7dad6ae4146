// The page on which a person signs in at the tests' authorization server: it knows one person and agrees to everything.
import type { IncomingMessage, ServerResponse } from "node:http";
import type Provider from "oidc-provider";
import type { Configuration, FindAccount } from "oidc-provider";

type DeviceFlow = NonNullable<NonNullable<Configuration["features"]>["deviceFlow"]>;

export const signInPath = "/sign-in/";

/** The one person who signs in. */
export const accountId = "ada";

export const findAccount: FindAccount = (_, sub) => ({ accountId: sub, claims: () => ({ sub, name: "Ada Lovelace" }) });

/** Where a device code is entered and confirmed; the provider's own pages load a font from the network. */
export const devicePages: Pick<DeviceFlow, "userCodeInputSource" | "userCodeConfirmSource" | "successSource"> = {
  userCodeInputSource: (ctx, form) => {
    ctx.body = html(`${form}<button type="submit" form="op.deviceInputForm">Continue</button>`);
  },
  userCodeConfirmSource: (ctx, form, _client, _device, userCode) => {
    const button = (more: string, label: string): string =>
      `<button type="submit" form="op.deviceConfirmForm" ${more}>${label}</button>`;
    ctx.body = html(
      `${form}<p>Is it ${userCode}?</p>${button("autofocus", "Continue")}${button('name="abort" value="yes"', "No")}`,
    );
  },
  successSource: (ctx) => {
    ctx.body = html("<p>The device is signed in.</p>");
  },
};

function html(body: string): string {
  return `<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1>${body}</body></html>`;
}

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
