import { expect, test } from 'vitest';
import type { AclEntry, Principal } from '../../../shared/bridges/migration/ports.ts';
import { translateAcl } from '../../../shared/bridges/migration/principals.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';

const rob: Principal = {
  sid: 'S-1-5-21-1-2-3-1001',
  masterAccountSid: null,
  objectGuid: namedGuid('rob'),
  mailboxGuid: namedGuid('mailbox', 'rob'),
  alias: 'rob',
  displayName: 'Rob',
  legacyDn: '/o=Contoso/cn=rob',
  proxies: ['SMTP:rob@contoso.test'],
  isMailEnabled: true,
};
const linked: Principal = {
  ...rob,
  sid: 'S-1-5-21-1-2-3-1002',
  masterAccountSid: 'S-1-5-21-9-9-9-5',
  legacyDn: '/o=Contoso/cn=linked',
  alias: 'linked',
};
const staff: Principal = {
  ...rob,
  sid: 'S-1-5-21-1-2-3-1003',
  legacyDn: '',
  alias: '',
  displayName: 'Staff',
  isMailEnabled: false,
  proxies: [],
  mailboxGuid: null,
};
const people = [rob, linked, staff];
const there: Readonly<Record<string, string>> = { '/o=contoso/cn=rob': 'S-1-5-21-7-7-7-1', '/o=contoso/cn=linked': 'S-1-5-21-7-7-7-2' };
const target = { sidByLegacyDn: (dn: string) => there[dn.toLowerCase()] };

const entry = (sid: string | null, rest: Partial<AclEntry> = {}): AclEntry => ({
  ...{ sid, name: sid === null ? 'Default' : null, rights: 0x400, right: null, isInherited: false },
  ...rest,
});
const notInSource = 'Failed to find a principal from the source forest.';
const notInTarget = (of: Principal, proxies: string): string =>
  `Failed to find a principal in the target forest that corresponds to the following source forest principal values: Alias: ${of.alias}; DisplayName: ${of.displayName}; MailboxGuid: ${of.mailboxGuid ?? ''}; SID: ${of.sid}; ObjectGuid: ${of.objectGuid ?? ''}; LegDN: ${of.legacyDn}; Proxies: [${proxies}];.`;

test.each([
  ['somebody who is on both sides', [entry(rob.sid)], [entry('S-1-5-21-7-7-7-1')], []],
  ['everybody and nobody', [entry(null), entry(null, { name: 'Anonymous' })], [entry(null), entry(null, { name: 'Anonymous' })], []],
  ['whoever is linked, by the account of his own forest', [entry('S-1-5-21-9-9-9-5')], [entry('S-1-5-21-7-7-7-2')], []],
  ['what is inherited', [entry(rob.sid, { isInherited: true }), entry('S-1-5-21-4', { isInherited: true })], [], []],
  [
    'somebody who is gone',
    [entry('S-1-5-21-4'), entry('S-1-5-21-4', { rights: 1 })],
    [],
    [['SourcePrincipalMappingException', notInSource]],
  ],
  ['a group without mail', [entry(staff.sid)], [], [['TargetPrincipalMappingException', notInTarget(staff, 'X500:;')]]],
] as const)('%s', (_name, list, entries, failures) => {
  const mapped = translateAcl(list, people, target);
  expect(mapped.entries).toEqual(entries);
  expect(mapped.failures.map(({ type, message }) => [type, message])).toEqual(
    failures.map(([type, text]) => [type, `Unable to translate principals to the target mailbox: ${text}`]),
  );
});

test('somebody whom the other side does not have, in a folder and in the mailbox', () => {
  const nobody = { sidByLegacyDn: () => undefined };
  const text = notInTarget(rob, 'X500:/o=Contoso/cn=rob; SMTP:rob@contoso.test;');
  expect(translateAcl([entry(rob.sid, { right: 'FullAccess' })], people, nobody).failures).toEqual([
    { type: 'TargetPrincipalMappingException', sid: rob.sid, message: `Unable to translate principals to the target mailbox: ${text}` },
  ]);
  expect(translateAcl([entry('S-1-5-21-4')], people, nobody, { is: 'folder', name: 'Inbox' }).failures).toEqual([
    {
      type: 'SourcePrincipalMappingException',
      sid: 'S-1-5-21-4',
      message: `Unable to translate principals for folder "Inbox"/"FolderNTSD": ${notInSource}`,
    },
  ]);
});
