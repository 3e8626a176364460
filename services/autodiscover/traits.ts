import type { ProductName } from '../../shared/domain/world/vocabulary.ts';

/** Where products' Autodiscover behaves differently. */
export interface AutodiscoverTraits {
  /** AuthPackage of POX: the one scheme that Outlook is told to use. */
  readonly authPackage: string;
  /** EwsSupportedSchemas: RequestServerVersion values, oldest first. */
  readonly ewsSupportedSchemas: string;
  /** MicrosoftOnline of POX, UserMSOnline of SOAP. */
  readonly isMicrosoftOnline: boolean;
  /** Whether v2 answers an unknown address in an accepted domain with its own URL instead of UserNotFound. */
  readonly answersForUnknownUsers: boolean;
  /** Whether v2 sends a client on (302) for a mailbox elsewhere instead of answering with the other side's URL. */
  readonly redirectsForRemoteMailboxes: boolean;
}

const onPremises: AutodiscoverTraits = {
  authPackage: 'Basic',
  // Observed in an Exchange 15.0 answer (Ericsson/exchangecalendar issue 306); Exchange2015 follows from 15.1 on.
  ewsSupportedSchemas:
    'Exchange2007, Exchange2007_SP1, Exchange2010, Exchange2010_SP1, Exchange2010_SP2, Exchange2013, Exchange2013_SP1, Exchange2015',
  isMicrosoftOnline: false,
  answersForUnknownUsers: false,
  redirectsForRemoteMailboxes: false,
};

const traits: Readonly<Record<ProductName, AutodiscoverTraits>> = {
  'exchange-2007': { ...onPremises, ewsSupportedSchemas: 'Exchange2007, Exchange2007_SP1' },
  'exchange-2010': {
    ...onPremises,
    ewsSupportedSchemas: 'Exchange2007, Exchange2007_SP1, Exchange2010, Exchange2010_SP1, Exchange2010_SP2',
  },
  'exchange-2016': onPremises,
  'exchange-2019': onPremises,
  'exchange-se': onPremises,
  'exchange-online': { ...onPremises, isMicrosoftOnline: true, answersForUnknownUsers: true, redirectsForRemoteMailboxes: true },
};

/** The traits of a product (v2: microsoft/CSS-Exchange; how it redirects is from memory). */
export function traitsOf(product: ProductName): AutodiscoverTraits {
  return traits[product];
}
