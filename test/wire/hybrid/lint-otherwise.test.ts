import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../admin/ask.ts';
import { openTopologyLab, type Party, type TopologyLab } from './topologies/lab.ts';

/** Mistakes that nobody makes by `coexist topology break`: by other cmdlets than it takes, and with other values. */
const mistakes: readonly (readonly [line: string, at: Party, found: readonly string[]])[] = [
  ['Get-IntraOrganizationConnector | Remove-IntraOrganizationConnector -Confirm:$false', 'contoso', ['ioc-disabled']],
  ['Set-OrganizationRelationship Fabrikam -FreeBusyAccessLevel None', 'contoso', ['orgrel-fb-disabled']],
  ['Set-OrganizationRelationship Fabrikam -FreeBusyAccessScope all-staff', 'contoso', ['orgrel-fb-scope']],
  ['Set-OrganizationRelationship Contoso -DomainNames somewhere.test', 'fabrikam', ['orgrel-domain-missing']],
  ['Set-OrganizationRelationship Contoso -TargetApplicationUri FYDIBOHF25SPDLT.wrong.test', 'fabrikam', ['app-uri-wrong']],
  [
    'Set-OrganizationRelationship Contoso -TargetSharingEpr https://gone.contoso.test/EWS/Exchange.asmx',
    'fabrikam',
    ['target-sharing-epr-wrong'],
  ],
  ['Set-OrganizationRelationship Contoso -TargetSharingEpr https://mail.contoso.test:80/ews/Exchange.asmx', 'fabrikam', ['tls']],
  [
    'Set-OrganizationRelationship Contoso -TargetAutodiscoverEpr https://autodiscover.contoso.test/ews/exchange.asmx',
    'fabrikam',
    ['target-autodiscover-epr-wrong'],
  ],
  ['Get-AuthServer | Remove-AuthServer -Confirm:$false', 'contoso', ['issuer-not-trusted']],
  ['Set-WebServicesVirtualDirectory EWS* -WSSecurityAuthentication $false', 'contoso', ['eff-wssec-off']],
  ['Set-WebServicesVirtualDirectory EWS* -MRSProxyEnabled $false', 'contoso', ['mrs-disabled']],
  ['Get-SendConnector | Remove-SendConnector -Confirm:$false', 'contoso', ['no-connector']],
  [
    'Set-MsolServicePrincipal -AppPrincipalId 00000002-0000-0ff1-ce00-000000000000 -ServicePrincipalNames 00000002-0000-0ff1-ce00-000000000000',
    'contoso-cloud',
    ['spn-missing'],
  ],
  [
    'Set-ClientAccessService EX-SE-01 -AutoDiscoverServiceInternalUri https://mailserver/autodiscover/autodiscover.xml',
    'contoso',
    ['scp-netbios'],
  ],
  ['Set-PerimeterDevice -Enabled $true -PreAuthentication Forms', 'contoso', ['extended-protection-bridge', 'preauth-proxy']],
  [
    'New-ItemProperty -Path "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Client" -Name DisabledByDefault -Value 1 -PropertyType DWord -Force',
    'contoso',
    [],
  ],
  ['Set-OrganizationConfig -EwsEnabled $false', 'contoso-cloud', ['ews-disabled']],
  [
    'Add-DnsServerResourceRecord -ZoneName contoso.test -Name autodiscover -CName -HostNameAlias mail.fabrikam.test',
    'contoso',
    ['ad-wrong-dns'],
  ],
  ['Add-DnsServerResourceRecord -ZoneName contoso.test -Name . -MX -MailExchange gone.contoso.test -Preference 5', 'contoso', ['mx-wrong']],
  ['Set-Mailbox rob -UserPrincipalName someone.else@contoso.test', 'contoso', ['user-missing']],
];

let topology: TopologyLab;
const snapshots = async (method: string, path: string, body?: object): Promise<void> => {
  const { status } = await ask(topology.adminUrl, method, `/_coexist/v1/snapshots${path}`, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
};
const lint = async (): Promise<readonly string[]> => {
  const found = (await topology.control('GET', '/topology/lint'))['findings'] as readonly { readonly id: string }[];
  return [...new Set(found.map(({ id }) => id))].toSorted();
};

beforeAll(async () => {
  topology = await openTopologyLab();
  await snapshots('POST', '', { name: 'whole' });
});
afterAll(() => topology.close());

test.each(mistakes)('%s (%s): %j', async (line, at, found) => {
  await snapshots('POST', '/whole/restore');
  expect(await lint()).toEqual([]);
  await topology.take({ at, line });
  expect(await lint()).toEqual(found);
});
