// Durations in words, in the language of the editor. Pure.
import * as l10n from "@vscode/l10n";
import { language } from "../language.ts";

const minuteMs = 60_000;

/** A duration in its one or two largest units, the second left out where it is nothing. */
function partsOf(ms: number): readonly (readonly [amount: number, unit: Unit])[] {
  if (ms < minuteMs) return [[Math.ceil(ms / 1000), "second"]];
  const minutes = Math.floor(ms / minuteMs);
  if (minutes < 60) return [[minutes, "minute"]];
  const hours = Math.floor(minutes / 60);
  const [large, small] =
    hours < 24
      ? ([
          [hours, "hour"],
          [minutes % 60, "minute"],
        ] as const)
      : ([
          [Math.floor(hours / 24), "day"],
          [hours % 24, "hour"],
        ] as const);
  return small[0] === 0 ? [large] : [large, small];
}

type Unit = "day" | "hour" | "minute" | "second";

const shortUnits: Readonly<Record<Unit, (amount: number) => string>> = {
  day: (amount) => l10n.t("{0}d", amount),
  hour: (amount) => l10n.t("{0}h", amount),
  minute: (amount) => l10n.t("{0}m", amount),
  second: (amount) => l10n.t("{0}s", amount),
};

/** "3d 4h", "2h 5m", "42m", "38s". */
export function shortDuration(ms: number): string {
  return partsOf(ms)
    .map(([amount, unit]) => shortUnits[unit](amount))
    .join(" ");
}

/** "42 minutes", "2 hours 5 minutes". */
export function durationText(ms: number): string {
  return partsOf(ms)
    .map(([amount, unit]) => amount.toLocaleString(language(), { style: "unit", unit, unitDisplay: "long" }))
    .join(" ");
}
