// The commands about a token: LanceDB: Show Token Details and Copy Access Token.
import * as vscode from "vscode";
import type { Account } from "../accounts/accounts.ts";
import { chooseAccount, type ChoiceParts } from "../commands/chooseAccount.ts";
import { registerCommands, type Handlers } from "../commands/registerCommands.ts";
import type { Log } from "../messages/log.ts";
import { openTokenDetails } from "./tokenDetails.ts";

export interface TokenCommandParts extends ChoiceParts {
  readonly log: Log;
}

export function openTokenCommands(parts: TokenCommandParts): vscode.Disposable {
  const details = openTokenDetails(parts.accounts);
  const about = (act: (account: Account) => Promise<void>) => async (argument?: unknown) => {
    const account = await chooseAccount(parts, vscode.l10n.t("Which connection’s token?"), argument);
    if (account !== undefined) await act(account);
  };
  const handlers: Handlers<"showTokenDetails" | "copyAccessToken"> = {
    showTokenDetails: about((account) => details.show(account)),
    copyAccessToken: about((account) => details.copy(account)),
  };
  return vscode.Disposable.from(registerCommands(handlers, parts.log), details);
}
