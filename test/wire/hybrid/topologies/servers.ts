import { autodiscover, type BrokenTopology, joeAsksMary, maryAsksJoe } from './row.ts';

const tlsWords = 'System.Net.WebException: The underlying connection was closed: An unexpected error occurred on a send.';
/** What the servers that ask are set up with: their registry, their forest. */
export const servers: readonly BrokenTopology[] = [
  {
    id: 'scp-first',
    how: "the servers find their own forest's connection point, where the domain is one of theirs",
    variant: 'own',
    user: 'zoe@contoso.test',
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
    variant: 'nowhere',
    user: 'zoe@contoso.test',
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
    id: 'scp-netbios',
    how: 'members of the domain are led to a name that no certificate has',
    variant: 'netbios',
    asked: { is: 'a cmdlet', at: 'contoso', line: 'Get-ClientAccessService EX-SE-01' },
    symptom: { code: 'answered', says: ['"AutoDiscoverServiceInternalUri":"https://EX-SE-01/Autodiscover/Autodiscover.xml"'] },
    failed: [],
  },
  {
    id: 'tls12-off',
    how: 'the servers offer nothing newer than TLS 1.1, which nobody takes',
    variant: 'registry',
    asked: maryAsksJoe,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [`${tlsWords} ; System.IO.IOException: Unable to read data from the transport connection: `],
    },
    failed: [],
  },
  {
    id: 'tls12-off',
    how: 'the servers take nothing newer than TLS 1.1, which nobody offers',
    variant: 'server',
    asked: joeAsksMary,
    symptom: { code: 'ErrorAutoDiscoverFailed', says: [tlsWords] },
    failed: [],
    log: { of: 'contoso', iis: [], httpProxy: [] },
  },
  {
    id: 'tls12-off',
    how: 'as Test-OAuthConnectivity sees it',
    variant: 'registry',
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
    variant: 'registry',
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
    variant: 'permission',
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
