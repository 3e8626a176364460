import { smtpAddresses } from '../../domain/directory/proxy-addresses.ts';
import { hasMail, isGroup, type Recipient } from '../../domain/directory/recipient.ts';
import { type Guid, namedGuid } from '../../kernel/ids.ts';

/** An object on-premises with the one of the tenant that it is, or becomes. */
export interface Pair {
  readonly source: Recipient;
  /** Object GUID in the tenant. */
  readonly guid: Guid;
  readonly existing: Recipient | undefined;
}

/**
 * Whether an object is synchronised. Groups without mail are not: Exchange Online would not show them. Those with `NoSync` in extensionAttribute15 are not: the rule of Microsoft's own example
 * (learn.microsoft.com "Microsoft Entra Connect Sync: Configure filtering", negative filtering) is in place here.
 */
export function isInScope(recipient: Recipient): boolean {
  if (isGroup(recipient) && !hasMail(recipient.type)) return false;
  // The mailboxes of public folders and of approvals are the organisation's own business; public folders are told apart.
  if (recipient.type === 'PublicFolderMailbox' || recipient.type === 'ArbitrationMailbox') return false;
  return recipient.settings.customAttributes?.['15'] !== 'NoSync';
}

export type ObjectKind = 'User' | 'Group' | 'Contact' | 'PublicFolder';

/** What the directory takes an object for. */
export function objectKind(recipient: Recipient): ObjectKind {
  if (isGroup(recipient)) return 'Group';
  if (recipient.type === 'MailContact') return 'Contact';
  return recipient.type === 'PublicFolder' ? 'PublicFolder' : 'User';
}

/**
 * Finds to each object the tenant's own: by the source anchor (hard match), else, of those that nobody is the source of, by the
 * primary SMTP address or the user principal name (soft match; learn.microsoft.com "Use an existing tenant", KB 2641663).
 * Objects of another kind are not matched.
 */
export function matched(sources: readonly Recipient[], tenant: readonly Recipient[], organization: string): readonly Pair[] {
  const anchored = new Map<string, Recipient>();
  const soft = new Map<string, Recipient>();
  for (const one of tenant) {
    const { sourceAnchor } = one.settings;
    if (sourceAnchor !== undefined) {
      anchored.set(sourceAnchor, one);
      continue;
    }
    const kind = objectKind(one);
    for (const address of smtpAddresses(one.addresses)) soft.set(`${kind} ${address.toLowerCase()}`, one);
    if (one.userPrincipalName !== null) soft.set(`${kind} upn ${one.userPrincipalName.toLowerCase()}`, one);
  }
  const taken = new Set<Guid>();
  return sources.map((source) => {
    const kind = objectKind(source);
    const [byAddress, byName] = [
      `${kind} ${source.primaryAddress.toLowerCase()}`,
      `${kind} upn ${source.userPrincipalName?.toLowerCase()}`,
    ];
    const candidate = soft.get(byAddress) ?? soft.get(byName);
    const existing = anchored.get(source.guid) ?? (candidate !== undefined && taken.has(candidate.guid) ? undefined : candidate);
    if (existing !== undefined) taken.add(existing.guid);
    return { source, existing, guid: existing?.guid ?? namedGuid('synchronised', organization, source.guid) };
  });
}
