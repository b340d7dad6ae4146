// The module "lancedb-auth", for programs that ask for the window's headers themselves. Its types are in package/index.d.ts.
import type { HeadersRequest } from "../../broker/protocol.ts";
import { askForHeaders } from "./askBroker.ts";
import { issuerOptions, keyOptions } from "./connectOptions.ts";
import { findSession, nobodyServes } from "./findSession.ts";
import { longestTrustMs, recentHeaders, type RecentHeaders } from "./recentHeaders.ts";

type Question = Pick<HeadersRequest, "uri" | "connection" | "host">;

const sources = new Map<string, RecentHeaders>();

export async function headers(question?: Question): Promise<Record<string, string>> {
  return { ...(await sourceFor(question).get(longestTrustMs)).headers };
}

export async function connectOptions(question?: Question): Promise<Record<string, unknown>> {
  const source = sourceFor(question);
  const withKey = keyOptions(await source.get(longestTrustMs), {});
  return { ...(withKey ?? (await issuerOptions(source, {}, () => undefined))) };
}

/** One for each question, so that each is asked once for all who need it. */
function sourceFor({ uri, connection, host }: Question = {}): RecentHeaders {
  const given = Object.entries({ uri, connection, host }).filter(([, value]) => value !== undefined);
  const question: HeadersRequest = { ...Object.fromEntries(given), folder: process.cwd() };
  const key = JSON.stringify(question);
  const source = sources.get(key) ?? recentHeaders((patienceMs) => askWindow(question, patienceMs));
  sources.set(key, source);
  return source;
}

async function askWindow(question: HeadersRequest, patienceMs: number): ReturnType<typeof askForHeaders> {
  const session = await findSession(question.folder);
  if (session !== undefined) return askForHeaders(session.descriptorPath, question, patienceMs);
  throw nobodyServes();
}
