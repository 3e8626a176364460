import type { Guid } from '../../kernel/ids.ts';
import { configKind } from '../organization/config-kind.ts';

/** What the synchronisation server of an organisation on-premises is told. */
export interface SynchronisationSettings {
  /** The optional feature "Exchange Mail Public Folders". */
  readonly exchangeMailPublicFolder: boolean;
  /** More deletions than this in one cycle are not made. */
  readonly deletionThreshold: number;
}

export const usualSynchronisation: SynchronisationSettings = { exchangeMailPublicFolder: false, deletionThreshold: 500 };

/** In the organisation on-premises; one object. */
export const synchronisationSettings = configKind<SynchronisationSettings>('ADSyncGlobalSettings');
export const synchronisationName = 'Settings';

/** A value of an object on-premises that could not go to the tenant, because another object has it there. */
export interface ProvisioningError {
  /** Object GUID on-premises. */
  readonly sourceAnchor: Guid;
  readonly displayName: string;
  readonly objectType: 'User' | 'Group' | 'Contact' | 'PublicFolder';
  readonly userPrincipalName: string | null;
  readonly property: 'ProxyAddresses' | 'UserPrincipalName';
  readonly values: readonly string[];
}

/** In the tenant; by the object's GUID and the property. */
export const provisioningErrors = configKind<ProvisioningError>('DirSyncProvisioningError');

/**
 * A mail-enabled public folder that was synchronised. It is in Azure Active Directory alone, where it makes its addresses known at the
 * edge; Exchange Online has no object of it (Exchange Team Blog, "Office 365 Directory Based Edge Blocking support for
 * on-premises Mail Enabled Public Folders").
 */
export interface SynchronisedPublicFolder {
  readonly sourceAnchor: Guid;
  readonly displayName: string;
  readonly addresses: readonly string[];
}

/** In the tenant; by the GUID of the object on-premises. */
export const synchronisedPublicFolders = configKind<SynchronisedPublicFolder>('SynchronisedPublicFolder');
