// What the code lens and the hover say about one connect call: which connection it will use, and how that is doing. Pure.
import * as l10n from "@vscode/l10n";
import type { ProviderState } from "../oauth/headerProvider.ts";
import type { Environment } from "../oauth/purpose.ts";
import { shownName } from "../messages/environmentWords.ts";
import { needsPerson, sentenceFor } from "../messages/failure.ts";
import { durationText, shortDuration } from "../messages/durations.ts";
import type { ConnectCall } from "../scanner/connectCalls.ts";

/** What the broker would look for if the call ran now. */
export interface Question {
  readonly uri: string;
  readonly host?: string;
  readonly region?: string;
  /** The path of the workspace folder, which may have an active connection of its own. */
  readonly folder?: string;
}

export type Choice =
  | {
      readonly kind: "connection";
      readonly name: string;
      readonly environment?: Environment;
      readonly uri: string;
      /** The server that its headers are for. */
      readonly host: string;
      readonly state: ProviderState;
    }
  /** The database is known, the host is another one. */
  | { readonly kind: "foreignHost" }
  | { readonly kind: "unknown" };

/** What a click does; for "add" the question says what is known already. */
export type Act = "refresh" | "signIn" | "add" | "edit" | "unlock" | "connectNotebook";

export interface CallView {
  /** The lens: an icon and a few words. */
  readonly icon: string;
  readonly title: string;
  /** The hover's sentences, plain text. */
  readonly sentences: readonly string[];
  readonly act?: Act;
  readonly connection?: Extract<Choice, { kind: "connection" }>;
  /** When the words change by themselves, epoch milliseconds. */
  readonly nextAt?: number;
}

/** What stands in the way of a call's kernel, in the words of the cell's own item. */
export interface KernelRemark {
  readonly short: string;
  readonly sentence: string;
  /** What helps; without it, it only takes its time. */
  readonly act?: Act;
}

export interface Surroundings {
  readonly choose: (question: Question) => Choice;
  readonly locked: boolean;
  readonly now: number;
  /** Of a notebook's cell whose kernel cannot use its connection. */
  readonly kernel?: KernelRemark;
}

export function questionOf({ uri, host, region }: ConnectCall): Question {
  return {
    uri,
    ...(host.how === "literal" ? { host: host.value } : {}),
    ...(region.how === "literal" ? { region: region.value } : {}),
  };
}

export function callView(call: ConnectCall, surroundings: Surroundings): CallView {
  const own = ownCredentials(call);
  if (own !== undefined) return own;
  const view = viewIn(surroundings, surroundings.choose(questionOf(call)), call);
  return { ...view, sentences: [...view.sentences, ...reservations(call)] };
}

function viewIn({ locked, now, kernel }: Surroundings, choice: Choice, call: ConnectCall): CallView {
  if (choice.kind !== "connection") return viewOf(choice, call, now);
  if (locked) return lockedView(choice);
  return kernel === undefined ? connectionView(choice, now) : kernelView(choice, kernel);
}

/** The connection may be as well as can be: this kernel does not have it. */
function kernelView(connection: Extract<Choice, { kind: "connection" }>, kernel: KernelRemark): CallView {
  const { short, sentence, act } = kernel;
  const name = shownName(connection);
  const titles = {
    connectNotebook: () => l10n.t("{0}, kernel {1} – connect", name, short),
    signIn: () => l10n.t("{0}, {1} – sign in", name, short),
    other: () => `${name}, ${short}`,
    none: () => l10n.t("{0}, kernel {1}", name, short),
  } as const;
  const kind = act === "connectNotebook" || act === "signIn" ? act : "other";
  const title = titles[act === undefined ? "none" : kind]();
  const icon = act === undefined ? "sync" : "warning";
  return { icon, title, act: act ?? "connectNotebook", connection, sentences: [sentence] };
}

/** What a program brings itself always wins. */
function ownCredentials({ apiKey, signsIn, hardCoded }: ConnectCall): CallView | undefined {
  const wins = l10n.t("What a program brings itself wins: no LanceDB connection of VS Code is used here.");
  if (hardCoded.length > 0) {
    const [first] = hardCoded;
    const title =
      first?.what === "token"
        ? l10n.t("uses a token that is written in the code")
        : l10n.t("uses a key that is written in the code");
    const advice = l10n.t(
      "Whoever reads the file can use it. The quick fix takes it out and has a connection do its work.",
    );
    return { icon: "warning", title, sentences: [wins, advice] };
  }
  if (apiKey.how !== "absent") return { icon: "info", title: l10n.t("uses its own API key"), sentences: [wins] };
  return signsIn ? { icon: "info", title: l10n.t("signs in by itself"), sentences: [wins] } : undefined;
}

function lockedView(connection: Extract<Choice, { kind: "connection" }>): CallView {
  const sentences = [l10n.t("“{0}” is locked: programs get no headers until it is unlocked.", connection.name)];
  return {
    icon: "lock",
    title: l10n.t("{0}, locked – unlock", shownName(connection)),
    act: "unlock",
    connection,
    sentences,
  };
}

function viewOf(choice: Choice, { uri, host }: ConnectCall, now: number): CallView {
  switch (choice.kind) {
    case "unknown":
      return {
        ...{ icon: "add", title: l10n.t("no connection for {0} – add one", uri), act: "add" },
        sentences: [
          l10n.t(
            "No LanceDB connection of VS Code names {0}. Add one, and this line works without a key in the code.",
            uri,
          ),
        ],
      };
    case "foreignHost": {
      const where = host.how === "literal" ? host.value : l10n.t("another host");
      return {
        ...{ icon: "circle-slash", title: l10n.t("another host, no token is given"), act: "edit" },
        sentences: [
          l10n.t("A connection for {0} exists, but not for {1}. Its token is given to its own host alone.", uri, where),
        ],
      };
    }
    case "connection":
      return connectionView(choice, now);
  }
}

function connectionView(choice: Extract<Choice, { kind: "connection" }>, now: number): CallView {
  const { state } = choice;
  const name = shownName(choice);
  const shown = (icon: string, rest: string, act: Act, sentence: string): CallView => {
    return { icon, title: `${name}, ${rest}`, act, connection: choice, sentences: [sentence] };
  };
  switch (state.status) {
    case "signedOut":
      return shown(
        "key",
        l10n.t("signed out – sign in"),
        "signIn",
        l10n.t("You are signed out: this call fails until you sign in."),
      );
    case "fetching":
      return shown(
        "sync",
        l10n.t("fetching a token"),
        "refresh",
        l10n.t("A token is being fetched; the call waits for it."),
      );
    case "failed": {
      const acts = needsPerson(state.failure);
      const words = acts ? l10n.t("failed – sign in") : l10n.t("retrying");
      return shown(acts ? "error" : "warning", words, acts ? "signIn" : "refresh", sentenceFor(state.failure));
    }
    case "ready":
      return readyView(shown, state, now);
  }
}

function readyView(
  shown: (icon: string, rest: string, act: Act, sentence: string) => CallView,
  { life, failure }: Extract<ProviderState, { status: "ready" }>,
  now: number,
): CallView {
  const icon = failure === undefined ? "key" : "warning";
  const withTrouble = (sentence: string): string =>
    failure === undefined ? sentence : l10n.t("{0} The last refresh failed: {1}", sentence, sentenceFor(failure));
  if (life.expiresAt === undefined)
    return shown(icon, l10n.t("signed in"), "refresh", withTrouble(l10n.t("Signed in, expiry unknown.")));
  const leftMs = Math.max(life.expiresAt - now, 0);
  // A lens that counts seconds would redraw the editor for nothing.
  const left =
    leftMs < minuteMs ? l10n.t("signed in, under a minute left") : l10n.t("signed in, {0} left", shortDuration(leftMs));
  const sentence = l10n.t("Signed in; the token is valid for {0} and renewed by itself.", durationText(leftMs));
  const view = shown(icon, left, "refresh", withTrouble(sentence));
  return leftMs < minuteMs ? view : { ...view, nextAt: now + (leftMs % minuteMs) + 1 };
}

const minuteMs = 60_000;

/** What the code leaves open until it runs. */
function reservations({ host, hasMore }: ConnectCall): readonly string[] {
  return [
    ...(host.how === "computed" ? [l10n.t("The host is computed: for another one no token is given.")] : []),
    ...(hasMore ? [l10n.t("Options are passed on: with credentials among them, those are used.")] : []),
  ];
}
