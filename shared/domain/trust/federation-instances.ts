/**
 * The two instances of the federation gateway ("How to Configure Exchange 2010 SP1 Federation"): the one of Microsoft
 * Online Services, and the older one for consumers, which Exchange 2010 RTM used. Their tokens are not taken by each other's
 * organisations.
 */
export interface FederationInstance {
  readonly name: 'business' | 'consumer';
  /** TokenIssuerUri: the issuer of its tokens and the audience of on-behalf-of assertions. */
  readonly issuerUri: string;
  readonly metadataEpr: string;
  readonly tokenIssuerEpr: string;
  readonly webRequestorRedirectEpr: string;
  readonly manageDelegationEpr: string;
}

/** Hosts as they are called here; each has a spelling of Microsoft's (`domain/organization/host-map.ts`). */
export const federationInstances: readonly FederationInstance[] = [
  {
    name: 'business',
    issuerUri: 'urn:federation:MicrosoftOnline',
    metadataEpr: 'https://nexus.microsoftonline-p.test/federationmetadata/2006-12/federationmetadata.xml',
    tokenIssuerEpr: 'https://login.microsoftonline.test/extSTS.srf',
    webRequestorRedirectEpr: 'https://login.microsoftonline.test/login.srf',
    manageDelegationEpr: 'https://domains.live.test/service/managedelegation2.asmx',
  },
  {
    name: 'consumer',
    issuerUri: 'uri:WindowsLiveID',
    metadataEpr: 'https://nexus.passport.test/federationmetadata/2006-12/federationmetadata.xml',
    tokenIssuerEpr: 'https://login.live.test/extSTS.srf',
    webRequestorRedirectEpr: 'https://login.live.test/login.srf',
    manageDelegationEpr: 'https://domains.live.test/service/managedelegation.asmx',
  },
];

/** The instance with an issuer; undefined for any other text. */
export function instanceByIssuer(issuerUri: string): FederationInstance | undefined {
  return federationInstances.find((instance) => instance.issuerUri === issuerUri);
}
