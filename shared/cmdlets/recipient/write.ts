import { takenName } from '../../domain/directory/name-holders.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import { createRecipients, readRecipients, updateRecipient } from '../../domain/directory/recipients.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { objectNotFound } from '../config-object.ts';
import { identityOf } from './shown.ts';

/** What a cmdlet makes of a recipient; it may refuse. */
export type Change = (current: Recipient) => Recipient;

/**
 * Changes a recipient as it is at this moment. `besides` writes what belongs to it in the same transaction. Refuses with
 * `object-not-found` and, of a name or address that another one has, `object-exists`.
 */
export async function changeRecipient(
  scope: CmdletScope,
  { guid, alias }: Recipient,
  change: Change,
  besides?: (tx: Transaction, changed: Recipient) => Promise<void>,
): Promise<Recipient> {
  const { organization, at } = scope;
  return scope.transaction(async (tx) => {
    const [current] = await readRecipients(tx, organization.name, [guid]);
    if (current === undefined) throw objectNotFound(organization, alias);
    const changed = change(current);
    if (JSON.stringify(changed) === JSON.stringify(current)) {
      // Public in many a log, such as learn.microsoft.com/answers 1292312.
      scope.warn(`The command completed successfully but no settings of '${identityOf(current)}' have been modified.`);
      return current;
    }
    await requireFreeNames(tx, changed);
    await updateRecipient(tx, changed, at);
    await besides?.(tx, changed);
    return changed;
  });
}

/** Writes a new recipient, and what belongs to it. Refuses with `object-exists` when another one has an address or name of it. */
export async function createRecipient(
  tx: Transaction,
  scope: CmdletScope,
  recipient: Recipient,
  besides?: (tx: Transaction, created: Recipient) => Promise<void>,
): Promise<void> {
  await requireFreeNames(tx, recipient);
  await createRecipients(tx, scope.organization.name, [recipient], scope.at);
  await besides?.(tx, recipient);
}

/**
 * Of addresses in Exchange's words (learn.microsoft.com "Proxy address conflict when adding an email address in Exchange
 * Online", KB 2642705), which name the holder by its canonical name; of other names in ours.
 */
async function requireFreeNames(tx: Transaction, recipient: Recipient): Promise<void> {
  const taken = await takenName(tx, recipient);
  if (taken === undefined) return;
  const [holder] = await readRecipients(tx, recipient.organization, [taken.holder]);
  const by = holder === undefined ? taken.holder : identityOf(holder);
  if (taken.kind === 'address') {
    const text = `The proxy address "${taken.name}" is already being used by the proxy addresses or LegacyExchangeDN of "${by}".`;
    throw cmdletRefusal('object-exists', `${text} Please choose another proxy address.`);
  }
  const kinds = { alias: 'alias', sam_account_name: 'SAM account name', user_principal_name: 'user principal name' } as const;
  throw cmdletRefusal('object-exists', `The ${kinds[taken.kind]} "${taken.name}" is already being used by "${by}".`);
}
