import { expect, test } from 'vitest';
import { type MoveAsked, unmovable } from '../../../shared/cmdlets/move-request/preconditions.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';

const routing = 'contoso.mail.onmicrosoft.test';
const organization = { name: 'tenant', kind: 'cloud', domains: ['contoso.test', routing] } as unknown as Organization;
const [mailbox, archive] = [namedGuid('mailbox'), namedGuid('archive')];
const person = (change: Partial<Recipient>): Recipient =>
  ({
    ...{ alias: 'mary', displayName: 'Mary', type: 'MailUser', exchangeGuid: mailbox, archiveGuid: null, settings: {} },
    addresses: ['SMTP:mary@contoso.test', `smtp:mary@${routing}`, 'X500:/o=elsewhere@nowhere.test'],
    ...change,
  }) as Recipient;
const pull: MoveAsked = { direction: 'Pull', parts: 'PrimaryAndArchive', deliveryDomain: routing };
const push: MoveAsked = { direction: 'Push', parts: 'PrimaryAndArchive', deliveryDomain: 'contoso.test' };
const here = { settings: { physicalArchive: archive }, archiveGuid: archive };

test.each<[string, Partial<Recipient>, MoveAsked, string | undefined]>([
  ['a mail user', {}, pull, undefined],
  ['a mail user with an archive elsewhere', { archiveGuid: archive }, pull, undefined],
  ['a remote mailbox', { type: 'RemoteUserMailbox' }, pull, undefined],
  ['routing in another case', {}, { ...pull, deliveryDomain: routing.toUpperCase() }, undefined],
  ['a mailbox', { type: 'UserMailbox' }, pull, "Target user 'Mary' already has a primary mailbox."],
  [
    'a contact',
    { type: 'MailContact', exchangeGuid: null },
    pull,
    "A primary mailbox moves in for a mail user; 'mary' is a MailContact here.",
  ],
  [
    'no ExchangeGuid',
    { exchangeGuid: null },
    pull,
    "The mail user 'mary' has no ExchangeGuid, by which the mailbox would be known on the other side.",
  ],
  [
    'a foreign domain',
    { addresses: [`SMTP:mary@${routing}`, 'smtp:mary@elsewhere.test'] },
    pull,
    "You can't use the domain because it's not an accepted domain for your organization.",
  ],
  [
    'no routing address',
    { addresses: ['SMTP:mary@contoso.test'] },
    pull,
    `The target mailbox doesn't have an smtp proxy matching '${routing}'.`,
  ],
  ['the archive is here already', here, pull, 'You must specify the PrimaryOnly parameter.'],
  ['the archive is here and stays out of it', here, { ...pull, parts: 'PrimaryOnly' }, undefined],
  ['an archive moves in', { archiveGuid: archive }, { ...pull, parts: 'ArchiveOnly' }, undefined],
  ['no archive moves in', {}, { ...pull, parts: 'ArchiveOnly' }, "'mary' has no archive that could be moved."],
  ['an archive that is here moves in', here, { ...pull, parts: 'ArchiveOnly' }, "'mary' has no archive that could be moved."],
  ['a mailbox leaves', { type: 'UserMailbox' }, push, undefined],
  ['a mailbox leaves with its archive', { type: 'UserMailbox', archiveGuid: archive }, push, undefined],
  ['a mail user leaves', {}, push, "'mary' has no mailbox in this organization that could be moved."],
  [
    'a mailbox leaves whose archive has left',
    { type: 'UserMailbox', archiveGuid: archive, settings: { archiveDomain: 'contoso.test' } },
    push,
    'You must specify the PrimaryOnly parameter.',
  ],
  ['the archive of a mail user leaves', here, { ...push, parts: 'ArchiveOnly' }, undefined],
  [
    'an archive leaves that is not here',
    { archiveGuid: archive },
    { ...push, parts: 'ArchiveOnly' },
    "'mary' has no archive that could be moved.",
  ],
])('%s', (_what, change, asked, message) => {
  expect(unmovable(organization, person(change), asked)?.message).toBe(message);
});
