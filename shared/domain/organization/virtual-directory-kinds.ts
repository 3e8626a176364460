import type { Organization } from './organization.ts';

/** What a property of a virtual directory holds; an address that there is not is ''. */
export type DirectoryValue = string | boolean | number | readonly string[];

/** A kind of virtual directory as Setup leaves it. */
export interface DirectoryKind {
  /** The name that Setup gives it. */
  readonly name: string;
  /** InternalUrl and ExternalUrl of a new organisation; what nothing answers here, Setup advertises nowhere. */
  url(organization: Organization): string;
  /** Its other properties, in the order in which Exchange lists them. */
  readonly properties: Readonly<Record<string, DirectoryValue>>;
}

const web = (path: string) => (organization: Organization) => `https://${organization.hosts.web}${path}`;
const nowhere = (): string => '';

/** Kinds of virtual directory, named as their cmdlets' noun. Properties: pages of the Set- cmdlets. */
export const directoryKinds = {
  WebServicesVirtualDirectory: {
    name: 'EWS (Default Web Site)',
    url: web('/EWS/Exchange.asmx'),
    properties: {
      ...{ CertificateAuthentication: false, InternalNLBBypassUrl: '', MRSProxyEnabled: false, MRSProxyMaxConnections: 100 },
      WSSecurityAuthentication: true,
      ...{ BasicAuthentication: true, DigestAuthentication: false, WindowsAuthentication: true, OAuthAuthentication: true },
      ExtendedProtectionTokenChecking: 'None',
    },
  },
  AutodiscoverVirtualDirectory: {
    name: 'Autodiscover (Default Web Site)',
    url: nowhere,
    properties: {
      ...{ WSSecurityAuthentication: true, BasicAuthentication: true, DigestAuthentication: false, WindowsAuthentication: true },
      OAuthAuthentication: true,
      ExtendedProtectionTokenChecking: 'None',
    },
  },
  OabVirtualDirectory: {
    name: 'OAB (Default Web Site)',
    url: web('/OAB'),
    properties: { PollInterval: 480, RequireSSL: true, BasicAuthentication: false, WindowsAuthentication: true, OAuthAuthentication: true },
  },
  ActiveSyncVirtualDirectory: {
    name: 'Microsoft-Server-ActiveSync (Default Web Site)',
    url: nowhere,
    properties: { BasicAuthEnabled: true, WindowsAuthEnabled: false, ClientCertAuth: 'Ignore' },
  },
  OwaVirtualDirectory: {
    name: 'owa (Default Web Site)',
    url: web('/owa/'),
    properties: {
      ...{ LogonFormat: 'FullDomain', DefaultDomain: '', FormsAuthentication: true, BasicAuthentication: true },
      ...{ DigestAuthentication: false, WindowsAuthentication: false, AdfsAuthentication: false },
    },
  },
  EcpVirtualDirectory: {
    name: 'ecp (Default Web Site)',
    url: web('/ecp/'),
    properties: {
      ...{ AdminEnabled: true, FormsAuthentication: true, BasicAuthentication: true },
      ...{ DigestAuthentication: false, WindowsAuthentication: false, AdfsAuthentication: false },
    },
  },
  MapiVirtualDirectory: {
    name: 'mapi (Default Web Site)',
    url: nowhere,
    properties: { IISAuthenticationMethods: ['Ntlm', 'OAuth', 'Negotiate'] },
  },
  PowerShellVirtualDirectory: {
    name: 'PowerShell (Default Web Site)',
    url: nowhere,
    properties: { CertificateAuthentication: true, RequireSSL: false, BasicAuthentication: false, WindowsAuthentication: false },
  },
} as const satisfies Readonly<Record<string, DirectoryKind>>;

export type VirtualDirectoryKind = keyof typeof directoryKinds;
