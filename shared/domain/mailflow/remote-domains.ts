import { configKind } from '../organization/config-kind.ts';
import type { Settings } from '../organization/settings.ts';
import type { TransportFacts } from './transport-message.ts';

export const allowedOofTypes = ['External', 'ExternalLegacy', 'InternalLegacy', 'None'] as const;

/** How an organisation deals with mail to a domain that is not its own. */
export interface RemoteDomain {
  readonly Name: string;
  /** `*` is every domain that has no entry; `*.contoso.test` the domains below one. */
  readonly DomainName: string;
  readonly AllowedOOFType: (typeof allowedOofTypes)[number];
  readonly AutoReplyEnabled: boolean;
  readonly AutoForwardEnabled: boolean;
  readonly DeliveryReportEnabled: boolean;
  readonly NDREnabled: boolean;
  readonly MeetingForwardNotificationEnabled: boolean;
  readonly DisplaySenderName: boolean;
  /** Null: as the recipient has it. */
  readonly TNEFEnabled: boolean | null;
  /** The domain in which the other side of a hybrid deployment gets mail for recipients that moved there. */
  readonly TargetDeliveryDomain: boolean;
  readonly IsInternal: boolean;
  readonly TrustedMailOutboundEnabled: boolean;
  readonly TrustedMailInboundEnabled: boolean;
}

export const remoteDomains = configKind<RemoteDomain>('RemoteDomain');

/** How mail to a domain is dealt with: by the entry that names it most exactly; where none does, as a new `*` says. */
export function remoteDomainFor(all: readonly { readonly value: RemoteDomain }[], domain: string): RemoteDomain {
  const folded = domain.toLowerCase();
  const exactness = ({ DomainName }: RemoteDomain): number => {
    const name = DomainName.toLowerCase();
    if (name === folded) return folded.length + 1;
    if (name === '*') return 0;
    return name.startsWith('*.') && folded.endsWith(name.slice(1)) ? name.length - 1 : -1;
  };
  const fitting = all.map(({ value }) => value).filter((one) => exactness(one) >= 0);
  return fitting.toSorted((one, other) => exactness(other) - exactness(one))[0] ?? newRemoteDomain('Default', '*');
}

/** The same from what a registry keeps in memory. */
export function remoteDomainOf(settings: Settings, domain: string): RemoteDomain {
  const known = remoteDomains.all(settings).map((value) => ({ value }));
  return remoteDomainFor(known, domain);
}

/** What a new one has (page of New-RemoteDomain, and of Set-RemoteDomain for the defaults). */
export function newRemoteDomain(Name: string, DomainName: string): RemoteDomain {
  return {
    Name,
    DomainName,
    AllowedOOFType: 'External',
    AutoReplyEnabled: true,
    AutoForwardEnabled: true,
    DeliveryReportEnabled: true,
    NDREnabled: true,
    MeetingForwardNotificationEnabled: false,
    DisplaySenderName: true,
    TNEFEnabled: null,
    TargetDeliveryDomain: false,
    IsInternal: false,
    TrustedMailOutboundEnabled: false,
    TrustedMailInboundEnabled: false,
  };
}

/** Whether somebody gets a message without the names of who wrote it: DisplaySenderName, for what people of the organisation write. */
export function hidesSenderName(settings: Settings, { directionality }: Pick<TransportFacts, 'directionality'>, address: string): boolean {
  return directionality === 'Originating' && !remoteDomainOf(settings, address.slice(address.lastIndexOf('@') + 1)).DisplaySenderName;
}
