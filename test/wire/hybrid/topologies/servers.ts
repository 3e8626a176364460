import type { Step } from './lab.ts';
import { autodiscover, type BrokenTopology, maryAsksJoe, tenantRelationship } from './row.ts';

const connector = 'Get-IntraOrganizationConnector | Set-IntraOrganizationConnector';
/** "Exchange Server TLS configuration best practices". */
const schannel = String.raw`"HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols`;
const oldTls: Pick<BrokenTopology, 'broken' | 'fixed'> = {
  broken: ['1.2', '1.3'].map((version) => ({
    at: 'contoso',
    line: `New-ItemProperty -Path ${schannel}\\TLS ${version}\\Client" -Name Enabled -Value 0 -PropertyType DWord -Force`,
  })),
  fixed: ['1.2', '1.3'].map((version) => ({
    at: 'contoso',
    line: `Remove-ItemProperty -Path ${schannel}\\TLS ${version}\\Client" -Name Enabled`,
  })),
};
const tlsWords = 'System.Net.WebException: The underlying connection was closed: An unexpected error occurred on a send.';
const hybridApplication = "(Get-MsolServicePrincipal | Where-Object {$_.DisplayName -eq 'ExchangeServerApp'}).ObjectId";
const graph = '(Get-MsolServicePrincipal -AppPrincipalId 00000003-0000-0000-c000-000000000000).ObjectId';
const scp = 'Set-ClientAccessService EX-SE-01 -AutoDiscoverServiceInternalUri';
const space = 'contoso.mail.onmicrosoft.test';
/** Nothing but an availability address space leads to the tenant, and nothing says where its Autodiscover is. */
function bySpace(more: readonly Step[]): Pick<BrokenTopology, 'broken' | 'fixed' | 'afterwards'> {
  const credentials = "-Credentials @{UserName='zoe@contoso.test'; Password='Pa55word!'}";
  return {
    broken: [
      { at: 'contoso', line: `${connector} -Enabled $false` },
      { at: 'contoso', line: `${tenantRelationship} -Enabled $false` },
      { at: 'contoso', line: `Add-AvailabilityAddressSpace -ForestName ${space} -AccessMethod OrgWideFB ${credentials}` },
      ...more,
    ],
    fixed: [
      {
        at: 'contoso',
        line: `Set-AvailabilityAddressSpace ${space} -TargetAutodiscoverEpr https://autodiscover-s.outlook.test${autodiscover}`,
      },
    ],
    afterwards: [
      { at: 'contoso', line: `${scp} https://autodiscover.contoso.test/Autodiscover/Autodiscover.xml` },
      { at: 'contoso', line: `Remove-AvailabilityAddressSpace ${space}` },
      { at: 'contoso', line: `${tenantRelationship} -Enabled $true` },
      { at: 'contoso', line: `${connector} -Enabled $true` },
    ],
  };
}

/** What the servers that ask are set up with: their registry, their forest. */
export const servers: readonly BrokenTopology[] = [
  {
    id: 'scp-first',
    how: "the servers find their own forest's connection point, where the domain is one of theirs",
    ...bySpace([]),
    asked: maryAsksJoe,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [
        `The response from the Autodiscover service at 'https://autodiscover.contoso.test${autodiscover}' failed due to an error in user setting 'ExternalEwsUrl'. Error message: RedirectUrl.`,
      ],
      lid: 33_676,
    },
    failed: [],
    // It has asked itself, and nobody in the tenant.
    log: {
      of: 'contoso',
      iis: [`${autodiscover} 401.0`, `${autodiscover} 200.0`],
      httpProxy: ['Autodiscover NTLM false 401', 'Autodiscover NTLM true 200'],
    },
  },
  {
    id: 'scp-first',
    how: 'it leads nowhere: a hop for nothing before DNS is asked',
    ...bySpace([{ at: 'contoso', line: `${scp} https://nowhere.contoso.test/Autodiscover/Autodiscover.xml` }]),
    asked: maryAsksJoe,
    // The name in DNS is that which only redirects.
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: ['System.Net.WebException: The underlying connection was closed: Could not establish trust relationship'],
    },
    failed: [],
    log: { of: 'contoso', iis: [], httpProxy: [] },
  },
  {
    id: 'tls12-off',
    how: 'the servers offer nothing newer than TLS 1.1, which nobody takes',
    ...oldTls,
    asked: maryAsksJoe,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [`${tlsWords} ; System.IO.IOException: Unable to read data from the transport connection: `],
    },
    failed: [],
  },
  {
    id: 'tls12-off',
    how: 'as Test-OAuthConnectivity sees it',
    ...oldTls,
    asked: {
      is: 'a cmdlet',
      at: 'contoso',
      line: 'Test-OAuthConnectivity EWS -TargetUri https://outlook.office365.test/EWS/Exchange.asmx -Mailbox mary',
    },
    symptom: {
      code: 'answered',
      says: [tlsWords, 'An existing connection was forcibly closed by the remote host.', '"ResultType":"Error"'],
    },
    failed: [],
  },
  {
    id: 'tls12-off',
    how: 'as New-AuthServer sees it',
    ...oldTls,
    asked: {
      is: 'a cmdlet',
      at: 'contoso',
      line: 'New-AuthServer Another -AuthMetadataUrl https://accounts.accesscontrol.test/contoso.test/metadata/json/1',
    },
    symptom: {
      code: 'refused',
      says: [
        "Cannot acquire auth metadata document from 'https://accounts.accesscontrol.test/contoso.test/metadata/json/1'. Error: The underlying connection was closed: ",
      ],
    },
    failed: [],
  },
  {
    id: 'graph-perm-missing',
    how: 'the servers go by Microsoft Graph, for which their application has no permission',
    broken: [
      { outside: 'ConfigureExchangeHybridApplication.ps1, for EWS alone', does: (topology) => topology.dedicate() },
      {
        at: 'contoso',
        line: `New-SettingOverride Graph -Component SettingOverride -Section RouteThroughMSGraph -Parameters "Enabled=true" -Reason x`,
      },
      { coexist: 'era contoso-cloud 2027-04' },
    ],
    fixed: [
      {
        at: 'contoso-cloud',
        line: `New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId ${hybridApplication} -PrincipalId ${hybridApplication} -ResourceId ${graph} -AppRoleId 798ee544-9d2d-430c-a058-570e29e34338`,
      },
    ],
    afterwards: [
      { coexist: 'era contoso-cloud 2019' },
      { at: 'contoso', line: 'Get-SettingOverride | Remove-SettingOverride' },
      { at: 'contoso', line: 'Set-AuthServer "EvoSts - 11111111-1111-4111-8111-111111111111" -ApplicationIdentifier $null' },
    ],
    asked: maryAsksJoe,
    symptom: {
      code: 'ErrorProxyRequestProcessingFailed',
      says: [
        'Proxy web request failed. , inner exception: System.Net.WebException: The remote server returned an error: (403) Forbidden.',
        'RestProxyWebRequest type = CrossForest, url = https://graph.microsoft.com/v1.0/users/',
      ],
    },
    failed: ['contoso-cloud/graph token.role'],
  },
];
