import type { EraName } from '../world/vocabulary.ts';

/** What a time in the cloud's history means, as settings; independent of the world's clock. */
export interface Era {
  readonly title: string;
  /** Exchange Online takes Basic on EWS and Autodiscover. It was switched off for good at the turn of 2022 to 2023. */
  readonly basicAuthentication: boolean;
  /**
   * Exchange Online takes passwords on SMTP submission. Unchanged until the end of December 2026, then off by default
   * (MC786329, update of 27 January 2026).
   */
  readonly smtpBasicAuthentication: boolean;
  /** Accounts with the role ApplicationImpersonation may impersonate. It was removed in February 2025 (MC718754). */
  readonly applicationImpersonationRole: boolean;
  /** Server-to-server tokens of the principal that all hybrid organisations share. EWS refuses them since 31 October 2025. */
  readonly sharedServicePrincipal: 'accepted' | 'blocked';
  /**
   * `on`: unless EwsEnabled is False. `allow-list`: since October 2026, only where EwsEnabled is True and for the
   * applications in EwsAllowedAppIDs. `gone`: removed on 1 April 2027.
   */
  readonly ewsAccess: 'on' | 'allow-list' | 'gone';
  /**
   * What decides whether a mailbox that could not be moved whole is moved: limits of bad and large items, or the data
   * consistency score (2021), beside which Exchange Online's cmdlets take no limits.
   */
  readonly skippedItems: 'limits' | 'score';
}

const classic = {
  basicAuthentication: true,
  smtpBasicAuthentication: true,
  applicationImpersonationRole: true,
  sharedServicePrincipal: 'accepted',
  ewsAccess: 'on',
  skippedItems: 'limits',
} as const;
const blocked = {
  basicAuthentication: false,
  smtpBasicAuthentication: true,
  applicationImpersonationRole: false,
  sharedServicePrincipal: 'blocked',
  skippedItems: 'score',
} as const;

/** Dates: learn.microsoft.com "Deploy dedicated Exchange hybrid app" and the Exchange Team Blog on the end of EWS. */
const eras = {
  '2016': { title: 'delegated authentication only', ...classic },
  '2019': { title: 'OAuth between the organisations', ...classic },
  '2025-11': { title: 'the shared service principal is blocked', ...blocked, ewsAccess: 'on' },
  '2026-10': { title: 'EWS for listed applications only', ...blocked, ewsAccess: 'allow-list' },
  '2027-04': { title: 'EWS is gone from the cloud', ...blocked, smtpBasicAuthentication: false, ewsAccess: 'gone' },
} as const satisfies Readonly<Record<EraName, Era>>;

/** The settings of an era. */
export function eraOf(name: EraName): Era {
  return eras[name];
}
