import { accountSid, netIdOf } from '../../../shared/domain/directory/account-ids.ts';
import { legacyExchangeDn } from '../../../shared/domain/directory/legacy-dn.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';

/** A mailbox user of `acme` called `alias`, changed as the test wants it. */
export function recipient(alias: string, changes: Partial<Recipient> = {}): Recipient {
  const guid = namedGuid('recipient', changes.organization ?? 'acme', alias);
  const mail = `${alias}@acme.test`;
  return {
    guid,
    organization: 'acme',
    type: 'UserMailbox',
    alias,
    displayName: alias,
    primaryAddress: mail,
    addresses: [`SMTP:${mail}`],
    targetAddress: null,
    userPrincipalName: mail,
    samAccountName: alias,
    ntHash: null,
    enabled: true,
    mfa: false,
    sid: accountSid(changes.organization ?? 'acme', Number.parseInt(guid.slice(0, 7), 16)),
    netId: netIdOf(mail),
    legacyDn: legacyExchangeDn('Acme', guid, alias),
    exchangeGuid: namedGuid('mailbox', alias),
    archiveGuid: null,
    details: {},
    members: [],
    access: [],
    settings: {},
    ...changes,
  };
}
