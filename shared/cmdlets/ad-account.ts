import type { Recipient } from '../domain/directory/recipient.ts';
import { unlock } from '../domain/identity/account-lockout.ts';
import { recipientTypes } from '../domain/world/vocabulary.ts';
import { expiryGiven } from './ad-account-expiry.ts';
import type { Cmdlet, CmdletParameters, CmdletScope } from './cmdlet.ts';
import { withSettings } from './recipient/mail-settings.ts';
import { requireOf } from './recipient/noun.ts';
import { changeRecipient } from './recipient/write.ts';

/** What has an account: people, with a mailbox or without. */
const noun = { types: recipientTypes.filter((type) => type.endsWith('Mailbox') || type === 'MailUser' || type === 'User') };

/** A cmdlet of the module ActiveDirectory that takes an account and shows nothing. */
function upon(
  parameters: Cmdlet['parameters'],
  act: (scope: CmdletScope, account: Recipient, given: CmdletParameters) => Promise<unknown>,
): Cmdlet {
  return {
    kinds: ['on-premises'],
    positional: 'Identity',
    parameters: { Identity: 'text', ...parameters },
    required: ['Identity'],
    async run(scope, given) {
      await act(scope, await requireOf(noun, scope, String(given['Identity'])), given);
      return [];
    },
  };
}

/** `Disable-ADAccount mary`: whether somebody may sign in, and `Unlock-ADAccount` after too many wrong passwords. */
export const adAccount = {
  disable: upon({}, (scope, account) => changeRecipient(scope, account, (current) => ({ ...current, enabled: false }))),
  enable: upon({}, (scope, account) => changeRecipient(scope, account, (current) => ({ ...current, enabled: true }))),
  unlock: upon({}, ({ transaction, organization, at }, { guid }) => transaction((tx) => unlock(tx, organization.name, guid, at))),
} satisfies Readonly<Record<string, Cmdlet>>;

/** `Set-ADAccountExpiration mary -DateTime "2026-12-31"`, or `-TimeSpan 90`: when an account ends. */
export const adAccountExpiration = {
  set: upon({ DateTime: 'date', TimeSpan: 'text' }, (scope, account, given) => {
    const accountExpires = expiryGiven(scope, given);
    return changeRecipient(scope, account, (current) => ({ ...current, settings: withSettings(current.settings, { accountExpires }) }));
  }),
  clear: upon({}, (scope, account) =>
    changeRecipient(scope, account, (current) => ({ ...current, settings: withSettings(current.settings, { accountExpires: undefined }) })),
  ),
} satisfies Readonly<Record<string, Cmdlet>>;
