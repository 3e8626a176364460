import type { Instant } from '../../kernel/clock.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { Effect, Seam, SeamFacts } from '../../kernel/seams.ts';
import type { PerimeterDefinition } from './definition.ts';
import type { CalendarPlan, EraName, ExchangeRole, MessagePlan, OrganizationKind, ProductName, RecipientType } from './vocabulary.ts';

/** A world with every default filled in and every name resolved: plain data, the same for the same files. */
export interface World {
  /** Name of the shipped world, or the file's name without its ending. */
  readonly name: string;
  /** Seed of everything that is generated. */
  readonly seed: string;
  readonly clock: ClockSetting;
  /** Per organisation, how far its servers are from world time, in milliseconds. */
  readonly skewMs: Readonly<Record<string, number>>;
  readonly organizations: readonly WorldOrganization[];
  /** Names that exist in DNS and refuse every connection. */
  readonly refusedHosts: readonly string[];
  readonly faults: readonly WorldFault[];
}

export type ClockSetting =
  | { readonly mode: 'real' }
  | { readonly mode: 'offset'; readonly offsetMs: number }
  | { readonly mode: 'frozen'; readonly at: Instant };

export interface WorldOrganization {
  readonly name: string;
  readonly kind: OrganizationKind;
  /** The organisation's own name, as in legacyExchangeDN: `Contoso`. */
  readonly title: string;
  readonly product: ProductName;
  /** Null outside the cloud. */
  readonly era: EraName | null;
  readonly tenantId: Guid | null;
  readonly netbiosName: string;
  readonly domains: readonly string[];
  readonly hosts: {
    readonly web: string;
    readonly autodiscover: string;
    readonly smtp: string | null;
    readonly redirectOnly: readonly string[];
  };
  /** Computer names of its servers; absent: one, named after the product. */
  readonly servers?: readonly string[];
  /** A device in front of its servers, on from the start; absent: none. */
  readonly perimeter?: PerimeterDefinition;
  readonly recipients: readonly WorldRecipient[];
  /** Registered in a tenant; none outside the cloud. */
  readonly applications: readonly WorldApplication[];
  readonly cmdlets: readonly string[];
}

/** An application that is registered in a tenant, consented to by its administrator. */
export interface WorldApplication {
  readonly name: string;
  readonly clientId: Guid;
  /** Null: a public client, or one whose certificate a cmdlet brings. */
  readonly clientSecret: string | null;
  readonly redirectUris: readonly string[];
  /** Cannot keep a secret and has none. */
  readonly public: boolean;
  /** Application roles on Exchange. */
  readonly roles: readonly ExchangeRole[];
  /** Delegated permissions: on Exchange (`application` null) or on another application of the tenant. */
  readonly scopes: readonly { readonly application: Guid | null; readonly scope: string }[];
  /** Delegated permissions that it offers as a web API of its own. */
  readonly exposes: readonly string[];
}

export interface WorldRecipient {
  readonly type: RecipientType;
  /** Primary SMTP address. */
  readonly mail: string;
  readonly alias: string;
  readonly displayName: string;
  /** `givenName surname title department company office phone capacity`, where the file gives them. */
  readonly details: Readonly<Record<string, string>>;
  /** Further SMTP addresses. */
  readonly addresses: readonly string[];
  readonly targetAddress: string | null;
  /** Null for groups. */
  readonly account: WorldAccount | null;
  /** The mailbox's GUID, here or, for mail users and remote mailboxes, where the target address leads. */
  readonly exchangeGuid: Guid | null;
  /** The same person's mailbox in another organisation of the world. */
  readonly counterpart: { readonly organization: string; readonly mail: string } | null;
  /** Primary addresses of group members and of users with full access, in this organisation. */
  readonly members: readonly string[];
  readonly fullAccess: readonly string[];
  readonly content: WorldContent;
}

export interface WorldAccount {
  readonly userPrincipalName: string;
  readonly samAccountName: string;
  /** Null: nobody can sign in (shared mailboxes and rooms). */
  readonly password: string | null;
  readonly enabled: boolean;
  /** Signing in interactively takes a second factor. */
  readonly mfa: boolean;
}

export interface WorldContent {
  readonly messages: MessagePlan;
  readonly calendar: CalendarPlan;
  readonly folders: readonly { readonly name: string; readonly messages: number }[];
}

/** A fault rule that stands from the start. */
export interface WorldFault {
  readonly id: string;
  readonly seam: Seam;
  readonly match: SeamFacts;
  readonly effect: Effect;
  /** 0 to 1. */
  readonly probability: number;
  /** How often it takes effect at most; null: without end. */
  readonly times: number | null;
  /** How many matching occasions pass first. */
  readonly after: number;
}
