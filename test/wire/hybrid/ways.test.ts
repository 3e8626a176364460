import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enterAppointments } from '../../support/appointments.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { askAvailability, type Shown, shownIn } from '../ews/ask-availability.ts';
import { wayOf } from './way-of.ts';

const [mary, joe, pat] = ['mary@contoso.test', 'joe@contoso.test', 'pat@fabrikam.test'];
const tenant = '11111111-1111-4111-8111-111111111111';
const connector = `"HybridIOC - ${tenant}"`;

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  const day = [{ start: '2026-11-23T09:00Z', end: '2026-11-23T10:00Z', subject: 'Review', location: 'Boardroom' }];
  await enterAppointments(lab, 'contoso', mary, day);
  await enterAppointments(lab, 'contoso-cloud', joe, day);
  await enterAppointments(lab, 'fabrikam', pat, day);
});
afterAll(() => lab.close());

const busy = '000000000200000000000000';

/** What somebody sees of somebody, and the way to it. */
async function look(as: string, mailbox: string, organization?: string) {
  const answer = await askAvailability(lab, as, [mailbox], organization === undefined ? {} : { organization });
  const [shown] = shownIn(answer);
  return { shown: shown as Shown, ...(await wayOf(lab, answer)) };
}

describe('by the connector', () => {
  test('Mary sees Joe: each hop in one trace, and the next time what is at hand is not asked for', async () => {
    const { shown, choice, hops } = await look(mary, joe);
    expect(shown).toMatchObject({ class: 'Success', merged: busy });
    expect(choice).toEqual([`intra-organization-connector passed: HybridIOC - ${tenant}: an OAuth token in the name of whoever asks`]);
    expect(hops).toEqual([
      'contoso-cloud/autodiscover autodiscover.svc 401',
      'contoso-cloud/azure-auth server-to-server 200',
      'contoso-cloud/autodiscover GetUserSettings 200',
      'contoso-cloud/ews Exchange.asmx 401',
      'contoso-cloud/azure-auth server-to-server 200',
      'contoso-cloud/ews GetUserAvailability 200',
    ]);
    expect((await look(mary, joe)).hops).toEqual(['contoso-cloud/ews GetUserAvailability 200']);
    expect((await look('rob@contoso.test', joe)).hops).toEqual(['contoso-cloud/ews GetUserAvailability 200']);
  });

  test('Joe sees Mary', async () => {
    const { shown, hops } = await look(joe, mary, 'contoso-cloud');
    expect(shown).toMatchObject({ class: 'Success', merged: busy });
    expect(hops.at(-1)).toBe('contoso/ews GetUserAvailability 200');
  });
});

describe('configuration decides', () => {
  const disabled = `intra-organization-connector skipped: HybridIOC - ${tenant} is disabled`;
  const space = 'contoso.mail.onmicrosoft.test';
  const contoso = (line: string): Promise<unknown> => runCmdlet(lab, 'contoso', line);

  test('a refused token is an error, and nothing else is tried', async () => {
    await contoso(`Add-AvailabilityAddressSpace ${addressSpace(space)}`);
    await contoso(`Set-AuthServer "ACS - ${tenant}" -Enabled $false`);
    const { shown, choice, hops } = await look(mary, joe);
    expect(shown).toMatchObject({ class: 'Error', code: 'ErrorProxyRequestProcessingFailed' });
    expect(shown.text).toContain('None of them are configured locally.');
    expect(choice).toHaveLength(1);
    expect(hops).toEqual([]);
    await contoso(`Set-AuthServer "ACS - ${tenant}" -Enabled $true`);
    await contoso(`Remove-AvailabilityAddressSpace ${space}`);
  });

  test('no connector, no relationship, no address space: the error with its LID', async () => {
    await contoso(`Set-IntraOrganizationConnector ${connector} -Enabled $false`);
    await contoso('Get-OrganizationRelationship | Remove-OrganizationRelationship');
    const { shown, choice, hops } = await look(mary, joe);
    expect(shown).toMatchObject({ class: 'Error', code: 'ErrorAvailabilityConfigNotFound' });
    expect(shown.text).toContain(`Configuration information for forest/domain ${space} could not be found in Active Directory.`);
    expect(shown.text).toContain('LID: 47932');
    expect(choice).toEqual([disabled, 'organization-relationship failed: none', 'availability-address-space failed: none']);
    expect(hops).toEqual([]);
  });

  test('then the address space, with its account, for whatever the calendar gives to all', async () => {
    await contoso(`Add-AvailabilityAddressSpace ${addressSpace(space)}`);
    const { shown, choice, hops } = await look(mary, joe);
    expect(shown).toMatchObject({ class: 'Success', view: 'FreeBusyMerged', merged: busy });
    expect(choice).toEqual([
      disabled,
      'organization-relationship skipped: none',
      `availability-address-space passed: ${space}: OrgWideFB as zoe@contoso.test`,
    ]);
    // The connector's Autodiscover told the address; there is no NTLM in the cloud.
    expect(hops).toEqual(['contoso-cloud/ews Exchange.asmx 401', 'contoso-cloud/ews GetUserAvailability 200']);
    expect(await contoso('Get-AvailabilityAddressSpace')).toMatchObject([{ ForestName: space, UserName: 'zoe@contoso.test' }]);
    await contoso(`Set-AvailabilityAddressSpace ${space} -Credentials @{UserName='zoe@contoso.test'; Password='wrong'}`);
    const refused = await look('rob@contoso.test', joe);
    expect(refused.shown).toMatchObject({ class: 'Error', code: 'ErrorProxyRequestProcessingFailed' });
    expect(refused.shown.text).toContain('The request failed with HTTP status 401: Unauthorized.');
  });

  test('a relationship before an address space', async () => {
    await contoso(`New-OrganizationRelationship Tenant -DomainNames ${space} -TargetApplicationUri outlook.com`);
    const { shown, choice } = await look(mary, joe);
    expect(choice).toEqual([disabled, 'organization-relationship passed: Tenant: a delegation token for outlook.com']);
    // The organisation is not federated, and the address space is not tried.
    expect(shown).toMatchObject({ class: 'Error' });
  });

  test('running the wizard again enables the connector', async () => {
    // A domain is in one relationship alone: the wizard would stop at the administrator's own (KB 3067526).
    await contoso('Remove-OrganizationRelationship Tenant');
    await contoso('Update-HybridConfiguration');
    const { shown, choice } = await look(mary, joe);
    expect(choice[0]).toMatch(/^intra-organization-connector passed/);
    expect(shown).toMatchObject({ class: 'Success', merged: busy });
  });
});

describe('by an address space between forests', () => {
  const contoso = (line: string): Promise<unknown> => runCmdlet(lab, 'contoso', line);
  const fabrikam = (line: string) => runCmdlet(lab, 'fabrikam', line, pat);
  const directories = [
    'WebServicesVirtualDirectory "EWS (Default Web Site)"',
    'AutodiscoverVirtualDirectory "Autodiscover (Default Web Site)"',
  ];
  const signIns = async (change: string) => {
    for (const directory of directories) await fabrikam(`Set-${directory} ${change}`);
  };
  const add = (method: string) =>
    contoso(
      `Add-AvailabilityAddressSpace -ForestName fabrikam.test -AccessMethod ${method} -Credentials @{UserName='FABRIKAM\\pat'; Password='Pa55word!'}`,
    );
  const asked = ['fabrikam/autodiscover autodiscover.svc 401', 'fabrikam/autodiscover GetUserSettings 200'];
  const called = ['fabrikam/ews Exchange.asmx 401', 'fabrikam/ews GetUserAvailability 200'];

  test('Windows authentication, where the other forest offers nothing else', async () => {
    await signIns('-BasicAuthentication $false');
    await add('OrgWideFB');
    const { shown, hops } = await look(mary, pat);
    // The account is that of the calendar's owner.
    expect(shown).toMatchObject({ class: 'Success', view: 'DetailedMerged', merged: busy });
    expect(hops).toEqual([...asked, ...called]);
  });

  test('Basic, where it offers no Windows authentication; always, where the method says so', async () => {
    await signIns('-BasicAuthentication $true -WindowsAuthentication $false');
    expect(await look(mary, pat)).toMatchObject({ shown: { class: 'Success', merged: busy }, hops: called });
    await signIns('-WindowsAuthentication $true');
    await contoso('Set-AvailabilityAddressSpace fabrikam.test -AccessMethod OrgWideFBBasic');
    expect(await look(mary, pat)).toMatchObject({ shown: { class: 'Success', merged: busy }, hops: called.slice(1) });
  });

  test('for users by their own permissions, where the account may name them', async () => {
    const subjects = async (): Promise<boolean> => JSON.stringify((await look(mary, pat)).shown).includes('Review');
    await fabrikam('New-Mailbox svc -UserPrincipalName svc@fabrikam.test -Password Pa55word!');
    await fabrikam('New-MailUser mary -UserPrincipalName mary@fabrikam.test -Password Pa55word! -ExternalEmailAddress mary@contoso.test');
    await fabrikam('Add-MailboxFolderPermission pat:\\Calendar -User mary@contoso.test -AccessRights Reviewer');
    const credentials = "-Credentials @{UserName='FABRIKAM\\svc'; Password='Pa55word!'}";
    await contoso(`Set-AvailabilityAddressSpace fabrikam.test -AccessMethod OrgWideFB ${credentials}`);
    expect(await subjects()).toBe(false);
    await contoso('Set-AvailabilityAddressSpace fabrikam.test -AccessMethod PerUserFB');
    const { shown } = await look(mary, pat);
    expect(shown).toMatchObject({ class: 'Error', code: 'ErrorProxyRequestProcessingFailed' });
    expect(shown.text).toContain('The requesting account does not have permission to serialize tokens.');
    await fabrikam('New-AvailabilityConfig -PerUserAccount svc');
    expect(await subjects()).toBe(true);
    await fabrikam('Remove-MailboxFolderPermission pat:\\Calendar -User mary@contoso.test');
    expect(await subjects()).toBe(false);
  });

  test('neither: refused', async () => {
    await signIns('-BasicAuthentication $false -WindowsAuthentication $false');
    const { shown } = await look(mary, pat);
    expect(shown).toMatchObject({ class: 'Error', code: 'ErrorProxyRequestProcessingFailed' });
    expect(shown.text).toContain('The request failed with HTTP status 401: Unauthorized.');
    await signIns('-BasicAuthentication $true -WindowsAuthentication $true');
    await contoso('Remove-AvailabilityAddressSpace fabrikam.test');
  });
});

/** An account of the tenant that may sign in with Basic there. */
function addressSpace(forest: string): string {
  const endpoint = 'https://autodiscover-s.outlook.test/autodiscover/autodiscover.svc';
  return `-ForestName ${forest} -AccessMethod OrgWideFB -TargetAutodiscoverEpr ${endpoint} -Credentials @{UserName='zoe@contoso.test'; Password='Pa55word!'}`;
}

describe('a server that asks for another one', () => {
  test('is not sent on: requests never go round in circles', async () => {
    const epr = 'https://outlook.office365.test/EWS/Exchange.asmx';
    await runCmdlet(
      lab,
      'contoso',
      `New-IntraOrganizationConnector Astray -TargetAddressDomains fabrikam.test -DiscoveryEndpoint ${epr} -TargetSharingEpr ${epr}`,
    );
    const { shown, hops } = await look(mary, pat);
    expect(shown).toMatchObject({ class: 'Error', code: 'ErrorProxyRequestNotAllowed' });
    expect(hops.at(-1)).toBe('contoso-cloud/ews GetUserAvailability 200');
  });
});
