// What rooms are given of the broker's own answers: what is shown in the code, sent by the view and handed to agents and extensions is
// what a program of this window would get, the lock and the host rule included.
import { connectionFor, type ConnectionsView } from "../broker/answer.ts";
import { BrokerError } from "../broker/errorReply.ts";
import type { HeadersSource } from "../broker/exchange.ts";
import type { Choice, Question } from "../codeMarks/callView.ts";
import type { HeadersAccess } from "../databases/tableAccess.ts";
import { hostOf } from "../oauth/connection.ts";
import type { ApiParts } from "../sharing/extensionApi.ts";
import { currentFetch } from "./accounts.ts";

/** For a connect call: the connection that a program would be given. */
export function choiceIn(view: ConnectionsView): (question: Question) => Choice {
  return (question) => choiceFor(question, view);
}

function choiceFor(question: Question, view: ConnectionsView): Choice {
  try {
    const { connection, provider } = connectionFor(question, view);
    const { name, uri, environment } = connection;
    const purpose = environment === undefined ? {} : { environment };
    return { kind: "connection", ...purpose, name, uri, host: hostOf(connection), state: provider.state };
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    return { kind: error.code === "forbidden" ? "foreignHost" : "unknown" };
  }
}

/** For the view's own requests. */
export function headersAccessOf(source: HeadersSource): HeadersAccess {
  return {
    fetch: currentFetch,
    headersFor: async ({ name, uri }, host) => (await source.headers({ connection: name, uri, host })).headers,
  };
}

/** For other extensions. */
export function headersForExtensions(source: HeadersSource): ApiParts["headers"] {
  return async (uri, name) => {
    const reply = await source.headers({ uri, connection: name });
    const host = hostOf(reply.connection);
    return { headers: reply.headers, host, ...(reply.expiresAt === undefined ? {} : { expiresAt: reply.expiresAt }) };
  };
}
