// The lives of a connection's tokens as a picture: a bar for each, a mark for each failure, a line for now. Pure; SVG with coordinates
// in per cent, so that its texts keep their size, and without styles of its own. Nothing is told by colour alone.
import * as l10n from "@vscode/l10n";
import type { TokenEvent } from "./tokenHistory.ts";

export interface TimeLineParts {
  readonly events: readonly TokenEvent[];
  readonly now: number;
  readonly format: (at: number) => string;
}

const mostBars = 8;
const barHeight = 16;
const rowHeight = 24;
const top = 22;

/** Empty where nothing has happened yet. */
export function timeLine({ events, now, format }: TimeLineParts): string {
  const lives = events.flatMap((event) => (event.kind === "renewed" ? [event.life] : [])).slice(-mostBars);
  const first = lives[0];
  if (first === undefined) return "";
  const startAt = first.obtainedAt;
  const failures = events.filter(({ kind, at }) => kind === "failed" && at >= startAt);
  const endAt = Math.max(now, ...lives.map(({ expiresAt, obtainedAt }) => expiresAt ?? obtainedAt), startAt + 1_000);
  const x = (at: number): number =>
    round((100 * (Math.min(Math.max(at, startAt), endAt) - startAt)) / (endAt - startAt));
  const bottom = top + (lives.length + (failures.length > 0 ? 1 : 0)) * rowHeight;
  const bars = lives.map(({ obtainedAt, expiresAt }, row) => {
    const isLast = row === lives.length - 1;
    const width = round(Math.max(x(expiresAt ?? endAt) - x(obtainedAt), 0.4));
    const y = top + row * rowHeight;
    const start = format(obtainedAt);
    const title =
      expiresAt === undefined
        ? l10n.t("token {0} of {1}: from {2} to an unknown end", row + 1, lives.length, start)
        : l10n.t("token {0} of {1}: from {2} to {3}", row + 1, lives.length, start, format(expiresAt));
    return `<rect class="${isLast ? "current" : "past"}" x="${String(x(obtainedAt))}%" y="${String(y)}" width="${String(width)}%" height="${String(barHeight)}" rx="2"><title>${title}</title></rect>`;
  });
  const marks = failures.map(({ at }) => {
    const y = top + lives.length * rowHeight + 14;
    return `<text class="failure" x="${String(x(at))}%" y="${String(y)}" text-anchor="middle">✖<title>${l10n.t("failed {0}", format(at))}</title></text>`;
  });
  const nowX = x(now);
  const anchor = nowX > 80 ? "end" : nowX < 20 ? "start" : "middle";
  return [
    `<svg role="img" aria-label="${summary(lives.length, failures.length)}" width="100%" height="${String(bottom + 22)}">`,
    ...bars,
    ...marks,
    `<line class="now" x1="${String(nowX)}%" x2="${String(nowX)}%" y1="16" y2="${String(bottom)}"/>`,
    `<text x="${String(nowX)}%" y="12" text-anchor="${anchor}">${l10n.t("now")}</text>`,
    `<text x="0%" y="${String(bottom + 16)}">${format(startAt)}</text>`,
    `<text x="100%" y="${String(bottom + 16)}" text-anchor="end">${format(endAt)}</text>`,
    "</svg>",
  ].join("");
}

function summary(lives: number, failures: number): string {
  const failed =
    failures === 0 ? l10n.t("no failure") : failures === 1 ? l10n.t("one failure") : l10n.t("{0} failures", failures);
  return l10n.t(
    "Time line: {0}, {1}; the list below says the same in words",
    lives === 1 ? l10n.t("one token") : l10n.t("{0} tokens", lives),
    failed,
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
