import type { Recipient } from '../../domain/directory/recipient.ts';
import { readRecipients, removeRecipient } from '../../domain/directory/recipients.ts';
import type { Transaction } from '../../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { objectNotFound } from '../config-object.ts';
import { mailDisabled } from './enable.ts';
import { currentLists, mailChange, mailParameters, requireMasteredHere } from './mail-settings.ts';
import { moderationChange, moderationLists, moderationParameters } from './moderation.ts';
import { type RecipientNoun, requireOf } from './noun.ts';
import { identityOf } from './shown.ts';
import { type Change, changeRecipient } from './write.ts';

/** What the Set- of a noun takes besides {@link mailParameters}; `change` runs outside of transactions, what it answers inside. */
export interface Setting {
  readonly parameters: Readonly<Record<string, ParameterType>>;
  change(scope: CmdletScope, given: CmdletParameters): Promise<Change> | Change;
  /** What is written with it, inside the transaction. */
  besides?(tx: Transaction, scope: CmdletScope, given: CmdletParameters, changed: Recipient): Promise<void>;
}

/** `Set-<noun> [-Identity] <recipient> ...`. */
export function setRecipient(noun: RecipientNoun, { parameters, change, besides }: Setting): Cmdlet {
  return {
    kinds: noun.kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', ...mailParameters, ...moderationParameters, ...parameters },
    required: ['Identity'],
    async current(scope, given) {
      const found = await requireOf(noun, scope, String(given['Identity']));
      return { ...(await currentLists(found, scope)), ...(await moderationLists(found, scope)) };
    },
    async run(scope, given) {
      const found = await requireOf(noun, scope, String(given['Identity']));
      requireMasteredHere(`Set-${noun.noun}`, found, given);
      const [own, common, moderation] = [await change(scope, given), await mailChange(scope, given), await moderationChange(scope, given)];
      await changeRecipient(
        scope,
        found,
        (current) => moderation(common(own(current))),
        async (tx, changed) => besides?.(tx, scope, given, changed),
      );
      return [];
    },
  };
}

/** `Remove-<noun> [-Identity] <recipient>`: the directory object goes. */
export function removeOf(noun: RecipientNoun): Cmdlet {
  return upon(noun, 'Remove', (scope, { guid }, identity) =>
    scope.transaction(async (tx) => {
      const [still] = await readRecipients(tx, scope.organization.name, [guid]);
      if (still === undefined) throw objectNotFound(scope.organization, identity);
      await removeRecipient(tx, scope.organization.name, guid, scope.at);
    }),
  );
}

/** `Disable-<noun> [-Identity] <recipient>`: the account or group stays, without anything of Exchange. */
export function disableOf(noun: RecipientNoun): Cmdlet {
  return upon(noun, 'Disable', (scope, found) => changeRecipient(scope, found, mailDisabled));
}

/** A cmdlet that takes a recipient of the noun and nothing else, and shows nothing. */
function upon(
  noun: RecipientNoun,
  verb: string,
  act: (scope: CmdletScope, found: Recipient, identity: string) => Promise<unknown>,
): Cmdlet {
  return {
    kinds: noun.kinds,
    positional: 'Identity',
    parameters: { Identity: 'text' },
    required: ['Identity'],
    async run(scope, given) {
      const identity = String(given['Identity']);
      const found = await requireOf(noun, scope, identity);
      requireNotSynchronised(`${verb}-${noun.noun}`, found);
      await act(scope, found, identity);
      return [];
    },
  };
}

/** The same reason as of a parameter that is mastered on-premises; the sentence is Exchange's without its parameter. */
export function requireNotSynchronised(cmdlet: string, recipient: Recipient): void {
  if (recipient.settings.sourceAnchor === undefined) return;
  const name = identityOf(recipient);
  throw cmdletRefusal(
    'operation-failed',
    `The operation on "${name}" failed because it's out of the current user's write scope. The action '${cmdlet}' can't be performed on the object '${name}' because the object is being synchronized from your on-premises organization. This action should be performed on the object in your on-premises organization.`,
  );
}
