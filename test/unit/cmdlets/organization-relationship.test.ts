import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { relationshipFor } from '../../../shared/domain/trust/organization-relationships.ts';
import { openTrustLab, type TrustLab } from './trust-lab.ts';

let lab: TrustLab;
beforeEach(async () => {
  lab = await openTrustLab();
});
afterEach(() => lab.close());

const whole =
  'New-OrganizationRelationship "Contoso with Fabrikam" -DomainNames fabrikam.test,FYDIBOHF25SPDLT.fabrikam.test ' +
  '-FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails -FreeBusyAccessScope service@contoso.test ' +
  '-MailTipsAccessEnabled $true -MailTipsAccessLevel all -DeliveryReportEnabled $true -OrganizationContact admin@fabrikam.test ' +
  '-TargetApplicationUri FYDIBOHF25SPDLT.fabrikam.test -TargetOwaURL http://mail.fabrikam.test/owa ' +
  '-TargetAutodiscoverEpr https://autodiscover.fabrikam.test/autodiscover/autodiscover.svc/WSSecurity';

test('what is written is what is shown, in the order of the shell', async () => {
  const [shown] = await lab.run(whole);
  expect(Object.entries(shown ?? {})).toEqual(
    Object.entries({
      DomainNames: ['fabrikam.test', 'fydibohf25spdlt.fabrikam.test'],
      FreeBusyAccessEnabled: true,
      FreeBusyAccessLevel: 'LimitedDetails',
      FreeBusyAccessScope: 'service@contoso.test',
      MailboxMoveEnabled: false,
      DeliveryReportEnabled: true,
      MailTipsAccessEnabled: true,
      MailTipsAccessLevel: 'All',
      MailTipsAccessScope: '',
      PhotosEnabled: false,
      TargetApplicationUri: 'FYDIBOHF25SPDLT.fabrikam.test',
      TargetSharingEpr: '',
      TargetOwaURL: 'http://mail.fabrikam.test/owa',
      TargetAutodiscoverEpr: 'https://autodiscover.fabrikam.test/autodiscover/autodiscover.svc/WSSecurity',
      OrganizationContact: 'admin@fabrikam.test',
      Enabled: true,
      ArchiveAccessEnabled: false,
      Name: 'Contoso with Fabrikam',
      Identity: 'Contoso with Fabrikam',
    }),
  );
  expect(await lab.run('Get-OrganizationRelationship "contoso with fabrikam"')).toEqual([shown]);
  expect(relationshipFor(await lab.settings(), 'Fabrikam.TEST')?.FreeBusyAccessLevel).toBe('LimitedDetails');
});

test('nothing is shared and nothing is looked for unless it is said; the cloud has the cmdlets too', async () => {
  const [shown] = await lab.run('New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test', 'contoso-cloud');
  expect(shown).toMatchObject({
    Enabled: true,
    FreeBusyAccessEnabled: false,
    FreeBusyAccessLevel: 'None',
    MailTipsAccessLevel: 'None',
    TargetApplicationUri: '',
    TargetAutodiscoverEpr: '',
    TargetSharingEpr: '',
  });
  expect(lab.called).toEqual([]);
});

describe('Set-OrganizationRelationship', () => {
  beforeEach(() => lab.run(whole));

  test('changes what is given and nothing else', async () => {
    const [before] = await lab.run('Get-OrganizationRelationship');
    await lab.run('Set-OrganizationRelationship "Contoso with Fabrikam" -FreeBusyAccessLevel AvailabilityOnly');
    expect(await lab.run('Get-OrganizationRelationship')).toEqual([{ ...before, FreeBusyAccessLevel: 'AvailabilityOnly' }]);
  });

  test('renames, keeping its domains', async () => {
    await lab.run('Set-OrganizationRelationship "Contoso with Fabrikam" -Name Partner');
    const shown = await lab.run('Get-OrganizationRelationship');
    expect(shown).toMatchObject([{ Name: 'Partner', DomainNames: ['fabrikam.test', 'fydibohf25spdlt.fabrikam.test'] }]);
  });

  test('takes targets, groups and contacts back with $null, and sets another way', async () => {
    await lab.run(
      'Set-OrganizationRelationship "Contoso with Fabrikam" -FreeBusyAccessScope $null -TargetAutodiscoverEpr $null ' +
        '-TargetOwaURL $null -OrganizationContact $null -TargetSharingEpr https://mail.fabrikam.test/EWS/Exchange.asmx',
    );
    expect(await lab.run('Get-OrganizationRelationship')).toMatchObject([
      {
        FreeBusyAccessScope: '',
        TargetAutodiscoverEpr: '',
        TargetOwaURL: '',
        OrganizationContact: '',
        TargetSharingEpr: 'https://mail.fabrikam.test/EWS/Exchange.asmx',
      },
    ]);
  });

  test('a relationship that is off counts no more', async () => {
    await lab.run('Set-OrganizationRelationship "Contoso with Fabrikam" -Enabled $false');
    expect(relationshipFor(await lab.settings(), 'fabrikam.test')).toBeUndefined();
  });

  test('Remove-', async () => {
    await lab.run('Remove-OrganizationRelationship "Contoso with Fabrikam" -Confirm:$false');
    expect(await lab.run('Get-OrganizationRelationship')).toEqual([]);
  });
});

describe('a domain is in one relationship only', () => {
  beforeEach(() => lab.run(whole));

  test('of an organisation', async () => {
    await expect(lab.run('New-OrganizationRelationship Again -DomainNames other.test,FABRIKAM.test')).rejects.toMatchObject({
      code: 'object-exists',
      detail: expect.stringMatching(
        /^The domains 'fabrikam\.test' already exist in another organization relationship\. .* That is 'Contoso with Fabrikam'\.$/,
      ),
    });
    await lab.run('New-OrganizationRelationship Other -DomainNames other.test');
    await expect(lab.run('Set-OrganizationRelationship Other -DomainNames fabrikam.test')).rejects.toMatchObject({ code: 'object-exists' });
  });

  test('each organisation has its own', async () => {
    await lab.run('New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test', 'contoso-cloud');
    expect(await lab.run('Get-OrganizationRelationship', 'contoso-cloud')).toHaveLength(1);
  });
});

const line = 'New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test';
test.each([
  ['New-OrganizationRelationship Fabrikam', 'missing mandatory parameters: DomainNames'],
  ['New-OrganizationRelationship Fabrikam -DomainNames @()', 'at least one domain'],
  ['New-OrganizationRelationship Fabrikam -DomainNames "fabrikam.test,no domain"', 'not "no domain"'],
  ['New-OrganizationRelationship Fabrikam -DomainNames mary@fabrikam.test', 'SMTP domains'],
  [`${line} -FreeBusyAccessLevel Everything`, 'None or AvailabilityOnly or LimitedDetails'],
  [`${line} -FreeBusyAccessScope mary@contoso.test`, 'takes a group; mary@contoso.test is a UserMailbox'],
  [`${line} -FreeBusyAccessScope nobody@contoso.test`, "object 'nobody@contoso.test' couldn't be found"],
  [`${line} -TargetAutodiscoverEpr http://autodiscover.fabrikam.test/autodiscover/autodiscover.svc`, 'an absolute https address'],
  [`${line} -TargetSharingEpr mail.fabrikam.test/EWS/Exchange.asmx`, 'an absolute https address'],
  [`${line} -TargetSharingEpr "https://me:secret@mail.fabrikam.test/EWS/Exchange.asmx"`, 'an absolute https address'],
  [`${line} -TargetApplicationUri "outlook com"`, 'takes a URI'],
  [`${line} -OrganizationContact nobody`, 'takes an address'],
])('refused: %s', async (written, why) => {
  await expect(lab.run(written)).rejects.toMatchObject({ detail: expect.stringContaining(why) });
  expect(await lab.run('Get-OrganizationRelationship')).toEqual([]);
});

test('an organisation that is not federated has nothing to test', async () => {
  await lab.run(whole);
  await expect(lab.run('Test-OrganizationRelationship "Contoso with Fabrikam" -UserIdentity mary')).rejects.toThrow(
    expect.objectContaining({ code: 'operation-failed', detail: expect.stringMatching(/^Organization is not federated: /) }),
  );
});
