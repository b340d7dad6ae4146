// The language of the words. What VS Code loaded for the editor's language is handed in once, before anything is said; where it has
// none, the words are English, and so are the numbers and durations that Intl writes among them.
import * as l10n from "@vscode/l10n";

/** @param bundle vscode.l10n.bundle: the translations by the English messages */
export function useLanguage(bundle: Readonly<Record<string, string>> | undefined): void {
  l10n.config({ contents: bundle ?? {} });
}

/** A BCP 47 tag: "en", "de". */
export function language(): string {
  // A bundle translates it by its own tag.
  return l10n.t("en");
}

/** "5,000" */
export function numberText(amount: number): string {
  return amount.toLocaleString(language());
}
