import { expect, test } from 'vitest';
import { loadWorld } from '../../../shared/domain/world/load.ts';
import type { World, WorldOrganization } from '../../../shared/domain/world/world.ts';
import { worldSources } from './sources.ts';

const world: World = await loadWorld({ kind: 'named', name: 'contoso-hybrid' }, worldSources());

function organization(name: string): WorldOrganization {
  const found = world.organizations.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no organisation ${name}`);
  return found;
}

const summary = (name: string) =>
  organization(name).recipients.map(
    ({ type, mail, targetAddress }) => `${type} ${mail}${targetAddress === null ? '' : ` -> ${targetAddress}`}`,
  );

test('the three organisations and their hosts', () => {
  expect(world.organizations.map(({ name, kind, product, era, domains }) => ({ name, kind, product, era, domains }))).toEqual([
    { name: 'contoso', kind: 'on-premises', product: 'exchange-se', era: null, domains: ['contoso.test'] },
    {
      name: 'contoso-cloud',
      kind: 'cloud',
      product: 'exchange-online',
      era: '2019',
      domains: ['contoso.test', 'contoso.onmicrosoft.test', 'contoso.mail.onmicrosoft.test'],
    },
    { name: 'fabrikam', kind: 'on-premises', product: 'exchange-2016', era: null, domains: ['fabrikam.test'] },
  ]);
  expect(organization('contoso').hosts).toEqual({
    web: 'mail.contoso.test',
    autodiscover: 'autodiscover.contoso.test',
    smtp: 'smtp.contoso.test',
    redirectOnly: [],
  });
  expect(organization('contoso-cloud').hosts).toEqual({
    web: 'outlook.office365.test',
    autodiscover: 'autodiscover-s.outlook.test',
    smtp: 'smtp.office365.test',
    redirectOnly: ['autodiscover.contoso.mail.onmicrosoft.test'],
  });
  expect(world.refusedHosts).toEqual(['contoso.test']);
});

test('every mailbox has its mail user or remote mailbox on the other side', () => {
  expect(summary('contoso')).toEqual([
    'UserMailbox mary@contoso.test',
    'UserMailbox rob@contoso.test',
    'UserMailbox adam@contoso.test',
    'UserMailbox administrator@contoso.test',
    'SharedMailbox info@contoso.test',
    'RoomMailbox boardroom@contoso.test',
    'RemoteUserMailbox joe@contoso.test -> joe@contoso.mail.onmicrosoft.test',
    'RemoteUserMailbox zoe@contoso.test -> zoe@contoso.mail.onmicrosoft.test',
    'MailUniversalDistributionGroup all-staff@contoso.test',
  ]);
  expect(summary('contoso-cloud')).toEqual([
    'UserMailbox joe@contoso.test',
    'UserMailbox zoe@contoso.test',
    'MailUser mary@contoso.test -> mary@contoso.test',
    'MailUser rob@contoso.test -> rob@contoso.test',
    'MailUser adam@contoso.test -> adam@contoso.test',
    'MailUser administrator@contoso.test -> administrator@contoso.test',
    'MailUser info@contoso.test -> info@contoso.test',
    'MailUser boardroom@contoso.test -> boardroom@contoso.test',
  ]);
  expect(summary('fabrikam')).toEqual(['UserMailbox pat@fabrikam.test']);
});

test('both sides of a person know the same mailbox', () => {
  const guids = new Map(
    world.organizations.flatMap(({ name, recipients }) =>
      recipients.map(({ mail, exchangeGuid }) => [`${name} ${mail}`, exchangeGuid] as const),
    ),
  );
  for (const mail of ['mary@contoso.test', 'rob@contoso.test', 'joe@contoso.test', 'zoe@contoso.test', 'boardroom@contoso.test']) {
    expect(guids.get(`contoso ${mail}`)).not.toBeNull();
    expect(guids.get(`contoso-cloud ${mail}`)).toBe(guids.get(`contoso ${mail}`));
  }
  const mailboxes = new Set([...guids.values()].filter((guid) => guid !== null));
  expect(mailboxes.size).toBe(9);
});

test('accounts, rights and what is to be generated', () => {
  const contoso = organization('contoso').recipients;
  const info = contoso.find(({ alias }) => alias === 'info');
  expect(info).toMatchObject({ fullAccess: ['mary@contoso.test', 'rob@contoso.test'], account: { enabled: false, password: null } });
  const mary = contoso.find(({ alias }) => alias === 'mary');
  expect(mary).toMatchObject({
    displayName: 'Mary',
    account: { userPrincipalName: 'mary@contoso.test', samAccountName: 'mary', password: 'Pa55word!', enabled: true },
    content: { folders: [{ name: 'Projects', messages: 500 }] },
  });
  const staff = contoso.find(({ alias }) => alias === 'all-staff');
  expect(staff?.members).toHaveLength(6);
  expect(staff?.account).toBeNull();
});
