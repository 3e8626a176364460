import type { ProductName } from '../world/vocabulary.ts';

export type { ProductName } from '../world/vocabulary.ts';

/** What a product shows of itself. Differences between products are values here, never branches elsewhere. */
export interface ProductProfile {
  readonly title: string;
  /** ServerVersionInfo, as attributes in EWS and as elements in Autodiscover. */
  readonly version: {
    readonly major: number;
    readonly minor: number;
    readonly majorBuild: number;
    readonly minorBuild: number;
    /** ServerVersionInfo@Version of EWS. */
    readonly schema: string;
    /** h:ServerVersionInfo/h:Version of Autodiscover. */
    readonly autodiscoverSchema: string;
  };
  /** Value of the `Server` header. */
  readonly serverHeader: string;
  /** Computer name of the server that answers (`X-FEServer`, ExceptionServerName). */
  readonly serverName: string;
  /** Basic authentication on EWS and Autodiscover when the world does not say otherwise. */
  readonly basicAuthentication: boolean;
  /** NTLM there. Exchange Online has none (observed). */
  readonly windowsAuthentication: boolean;
  /**
   * ExtendedProtectionTokenChecking as Setup leaves it: since Exchange 2019 CU14 EWS allows channel bindings and Autodiscover does
   * not look at them (learn.microsoft.com "Configure Windows Extended Protection in Exchange Server").
   */
  readonly extendedProtection: {
    readonly WebServicesVirtualDirectory: 'None' | 'Allow' | 'Require';
    readonly AutodiscoverVirtualDirectory: 'None' | 'Allow' | 'Require';
  };
  /** Spellings of a user name that sign in (`domain account` is `CONTOSO\mary`, `account` is `mary`). */
  readonly signInNames: readonly ('user principal name' | 'domain account' | 'account')[];
  /**
   * The Basic challenge: on-premises its realm is the host name, in Exchange Online it is empty and spelled `Realm`
   * (observed there in 2017).
   */
  readonly basicRealm: 'host name' | 'empty';
  /** Realms of the issuers in the Bearer challenge: those that are configured, or `*` (observed in 2017). */
  readonly trustedRealms: 'own' | 'any';
  /**
   * Items that are deleted are stamped with the folder they were in and go back to it: of Exchange 2016 the stamp since CU1, the
   * way back since CU6 (Exchange Team Blog "Announcing Original Folder Item Recovery").
   */
  readonly originalFolderRecovery: boolean;
  /** SingleItemRecoveryEnabled of a mailbox of which nothing is said (page "Recoverable Items folder" of either product). */
  readonly singleItemRecovery: boolean;
  /** Mailboxes without an archive have the default retention policy, too. */
  readonly retentionByDefault: boolean;
  /** TargetAddress of a mailbox can be written through the directory behind Outlook Anywhere, as staged migrations do: until Exchange 2007. */
  readonly targetAddressWritable: boolean;
  /** `/o=` of legacyExchangeDN where it is not the organisation's own name. */
  readonly directoryName: string | null;
}

const unprotected = { WebServicesVirtualDirectory: 'None', AutodiscoverVirtualDirectory: 'None' } as const;
const protectedBySetup = { WebServicesVirtualDirectory: 'Allow', AutodiscoverVirtualDirectory: 'None' } as const;

const onPremises = {
  windowsAuthentication: true,
  signInNames: ['user principal name', 'domain account', 'account'],
  basicRealm: 'host name',
  trustedRealms: 'own',
  directoryName: null,
  singleItemRecovery: false,
  retentionByDefault: false,
  targetAddressWritable: false,
} as const;

/**
 * Builds: Microsoft's list "Exchange Server build numbers and release dates". Version values: observed in answers of real
 * servers (of 2010 GNOME/evolution-ews, `tests/traces`); Exchange Online's and Autodiscover's from memory.
 */
const profiles = {
  // Service Pack 3 without a rollup. Its own EWS is that of its schema; what later schemas have is answered here all the same.
  'exchange-2007': {
    title: 'Exchange Server 2007 SP3',
    version: { major: 8, minor: 3, majorBuild: 83, minorBuild: 6, schema: 'Exchange2007_SP1', autodiscoverSchema: 'Exchange2007_SP1' },
    serverHeader: 'Microsoft-IIS/7.0',
    serverName: 'EX07-01',
    basicAuthentication: true,
    extendedProtection: unprotected,
    originalFolderRecovery: false,
    ...onPremises,
    targetAddressWritable: true,
  },
  // Service Pack 2 without a rollup (Microsoft's list "Exchange Server build numbers and release dates").
  'exchange-2010': {
    title: 'Exchange Server 2010 SP2',
    version: { major: 14, minor: 2, majorBuild: 247, minorBuild: 5, schema: 'Exchange2010_SP2', autodiscoverSchema: 'Exchange2010_SP2' },
    serverHeader: 'Microsoft-IIS/7.5',
    serverName: 'EX10-01',
    basicAuthentication: true,
    extendedProtection: unprotected,
    originalFolderRecovery: false,
    ...onPremises,
  },
  'exchange-2016': {
    title: 'Exchange Server 2016',
    version: { major: 15, minor: 1, majorBuild: 2507, minorBuild: 6, schema: 'V2017_07_11', autodiscoverSchema: 'Exchange2015' },
    serverHeader: 'Microsoft-IIS/10.0',
    serverName: 'EX16-01',
    basicAuthentication: true,
    extendedProtection: unprotected,
    originalFolderRecovery: true,
    ...onPremises,
  },
  'exchange-2019': {
    title: 'Exchange Server 2019',
    version: { major: 15, minor: 2, majorBuild: 1748, minorBuild: 10, schema: 'V2017_07_11', autodiscoverSchema: 'Exchange2015' },
    serverHeader: 'Microsoft-IIS/10.0',
    serverName: 'EX19-01',
    basicAuthentication: true,
    extendedProtection: protectedBySetup,
    originalFolderRecovery: true,
    ...onPremises,
  },
  'exchange-se': {
    title: 'Exchange Server Subscription Edition',
    version: { major: 15, minor: 2, majorBuild: 2562, minorBuild: 17, schema: 'V2017_07_11', autodiscoverSchema: 'Exchange2015' },
    serverHeader: 'Microsoft-IIS/10.0',
    serverName: 'EX-SE-01',
    basicAuthentication: true,
    extendedProtection: protectedBySetup,
    originalFolderRecovery: true,
    ...onPremises,
  },
  'exchange-online': {
    title: 'Exchange Online',
    version: { major: 15, minor: 20, majorBuild: 9115, minorBuild: 17, schema: 'V2018_01_08', autodiscoverSchema: 'Exchange2015' },
    serverHeader: 'Microsoft-IIS/10.0',
    serverName: 'AM0PR01MB0001',
    basicAuthentication: true,
    windowsAuthentication: false,
    extendedProtection: unprotected,
    signInNames: ['user principal name'],
    basicRealm: 'empty',
    trustedRealms: 'any',
    originalFolderRecovery: true,
    singleItemRecovery: true,
    retentionByDefault: true,
    targetAddressWritable: false,
    directoryName: 'ExchangeLabs',
  },
} as const satisfies Readonly<Record<ProductName, ProductProfile>>;

/** The profile of a product. */
export function profileOf(product: ProductName): ProductProfile {
  return profiles[product];
}
