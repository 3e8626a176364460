import type { Recipient } from '../../domain/directory/recipient.ts';
import type { ProvisioningError, SynchronisationSettings, SynchronisedPublicFolder } from '../../domain/directory/synchronisation.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { Claims } from './claims.ts';
import { desiredOf } from './desired.ts';
import { isInScope, matched, objectKind, type Pair } from './match.ts';

/** What a cycle is to write; empty lists when both sides agree. */
export interface Plan {
  /** Of the tenant, with what it has now. */
  readonly objects: readonly { readonly desired: Recipient; readonly existing: Recipient | undefined }[];
  readonly deletions: readonly Recipient[];
  /** Of the organisation on-premises: objects that get the tenant's legacyExchangeDN as X500 address. */
  readonly writebacks: readonly { readonly source: Recipient; readonly address: string }[];
  readonly publicFolders: readonly SynchronisedPublicFolder[];
  readonly errors: readonly ProvisioningError[];
}

/** Both directories as they are. */
export interface Sides {
  readonly sources: readonly Recipient[];
  readonly tenant: Organization;
  readonly tenantRecipients: readonly Recipient[];
  readonly settings: SynchronisationSettings;
  /** Whether an object of the tenant has its source in another organisation. */
  isOthers(recipient: Recipient): boolean;
}

/** Objects worked out between two looks at whatever else waits. */
const slice = 200;

/** Compares both directories and says what is to be written. */
export async function planCycle({ sources, tenant, tenantRecipients, settings, isOthers }: Sides): Promise<Plan> {
  const inScope = sources.filter(isInScope).toSorted((left, right) => (left.guid < right.guid ? -1 : 1));
  const pairs = matched(
    inScope.filter((source) => objectKind(source) !== 'PublicFolder'),
    tenantRecipients,
    tenant.name,
  );
  const counterparts = new Map(pairs.map(({ source, guid }) => [source.guid, guid]));
  const paired = new Set(pairs.map(({ guid }) => guid));
  const claims = new Claims();
  const rest = tenantRecipients.filter(({ guid }) => !paired.has(guid));
  const deletions = rest.filter((one) => one.settings.sourceAnchor !== undefined && !isOthers(one));
  for (const one of rest) if (!deletions.includes(one)) claims.takeAll(one);

  const objects: { desired: Recipient; existing: Recipient | undefined }[] = [];
  const writebacks: { source: Recipient; address: string }[] = [];
  const errors: ProvisioningError[] = [];
  for (const [index, pair] of pairs.entries()) {
    const { recipient, refusedAddresses, refusedPrincipalName } = desiredOf(pair, {
      tenant,
      claims,
      counterpart: (guid) => counterparts.get(guid),
    });
    if (refusedAddresses.length > 0) errors.push(errorOf(pair.source, 'ProxyAddresses', refusedAddresses));
    if (refusedPrincipalName !== null) errors.push(errorOf(pair.source, 'UserPrincipalName', [refusedPrincipalName]));
    if (isWhole(recipient)) {
      if (!isEqual(recipient, pair.existing)) objects.push({ desired: recipient, existing: pair.existing });
      const address = writebackOf(pair, recipient);
      if (address !== undefined) writebacks.push({ source: pair.source, address });
    }
    if (index % slice === slice - 1) await new Promise((resolve) => setImmediate(resolve));
  }
  const publicFolders: SynchronisedPublicFolder[] = [];
  for (const source of settings.exchangeMailPublicFolder ? inScope.filter((one) => objectKind(one) === 'PublicFolder') : []) {
    const refused = source.addresses.filter((address) => !claims.take('address', address, source.guid));
    if (refused.length > 0) errors.push(errorOf(source, 'ProxyAddresses', refused));
    else publicFolders.push({ sourceAnchor: source.guid, displayName: source.displayName, addresses: source.addresses });
  }
  return { objects, deletions, writebacks, publicFolders, errors };
}

/** An object that is to have mail and got no address goes nowhere. */
function isWhole({ type, primaryAddress }: Recipient): boolean {
  return type === 'User' || primaryAddress !== '';
}

function errorOf(source: Recipient, property: ProvisioningError['property'], values: readonly string[]): ProvisioningError {
  const { guid, displayName, userPrincipalName } = source;
  return { sourceAnchor: guid, displayName, objectType: objectKind(source), userPrincipalName, property, values };
}

/**
 * The tenant's legacyExchangeDN goes back as X500 address, of users, contacts and groups (learn.microsoft.com "Attributes
 * synchronized by Microsoft Entra Connect", Exchange hybrid writeback), so that old mail from there can be answered.
 */
function writebackOf({ source }: Pair, { legacyDn }: Recipient): string | undefined {
  if (legacyDn === '' || source.addresses.length === 0) return undefined;
  const address = `X500:${legacyDn}`;
  return source.addresses.some((known) => known.toLowerCase() === address.toLowerCase()) ? undefined : address;
}

/** Whether two states of an object of the tenant are the same. */
export function isEqual(desired: Recipient, existing: Recipient | undefined): boolean {
  return existing !== undefined && canonical(desired) === canonical({ ...existing, addresses: existing.addresses.toSorted() });
}

/** As text, the same for the same content. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}
