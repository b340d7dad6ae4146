// A browser without a screen: follows redirects, keeps cookies, sends the forms of a page. For sign-ins in unit tests.

export type Visit = { readonly url: string; readonly status: number; readonly text: string };

export type HttpBrowser = {
  /** Goes there and wherever it is sent from there. */
  visit(url: string): Promise<Visit>;
  /** Goes until it would be sent to such an address, and answers that without going there. */
  visitUntil(url: string, ends: RegExp): Promise<URL>;
  /** Sends the page's form, as a press on its button does. */
  submit(page: Visit, button?: Readonly<Record<string, string>>): Promise<Visit>;
};

export function httpBrowser(): HttpBrowser {
  const cookies = new Map<string, string>();
  const once = async (url: string, body?: URLSearchParams): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const sent = body === undefined ? {} : { method: "POST", body };
    const reply = await fetch(url, { redirect: "manual", headers: { cookie }, ...sent });
    for (const line of reply.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    return reply;
  };
  const follow = async (start: string, body?: URLSearchParams, ends?: RegExp): Promise<Visit> => {
    let [url, form] = [start, body];
    for (let hops = 0; hops < 12; hops += 1) {
      const reply = await once(url, form);
      const [location, text] = [reply.headers.get("location"), await reply.text()];
      if (location === null) return { url, status: reply.status, text };
      [url, form] = [new URL(location, url).href, undefined];
      if (ends?.test(url) === true) return { url, status: 0, text: "" };
    }
    throw new Error(`the redirects never end; the last went to ${url}`);
  };
  return {
    visit: (url) => follow(url),
    visitUntil: async (url, ends) => {
      const { url: end, status, text } = await follow(url, undefined, ends);
      if (status !== 0) throw new Error(`${end} answered ${String(status)}: ${text}`);
      return new URL(end);
    },
    submit: (page, button = {}) => {
      const [, action = ""] = /<form[^>]*action="([^"]*)"/.exec(page.text) ?? [];
      const fields = [...page.text.matchAll(/<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"/g)];
      const form = new URLSearchParams(fields.map(([, name = "", value = ""]) => [name, value]));
      for (const [name, value] of Object.entries(button)) form.set(name, value);
      return follow(new URL(action, page.url).href, form);
    },
  };
}
