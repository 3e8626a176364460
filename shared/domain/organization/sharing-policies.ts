import { configKind } from './config-kind.ts';

/** What somebody may share with others of a domain. */
export const sharingActions = [
  'CalendarSharingFreeBusySimple',
  'CalendarSharingFreeBusyDetail',
  'CalendarSharingFreeBusyReviewer',
  'ContactsSharing',
] as const;

/** What the users of an organisation may share with those outside of it, as `Get-SharingPolicy` shows it. Nothing is shared by it yet. */
export interface SharingPolicy {
  readonly Name: string;
  /** `fabrikam.test:CalendarSharingFreeBusyDetail`; `*` any domain, `Anonymous` published to the Internet; several actions with commas. */
  readonly Domains: readonly string[];
  readonly Enabled: boolean;
  /** What mailboxes have to which none is assigned; one at a time. */
  readonly Default: boolean;
}

/** By name. */
export const sharingPolicies = configKind<SharingPolicy>('SharingPolicy');

/** The policy that Setup makes; kept once anything about sharing policies has been changed. */
export const setupPolicy: SharingPolicy = {
  Name: 'Default Sharing Policy',
  Domains: ['*:CalendarSharingFreeBusySimple', 'Anonymous:CalendarSharingFreeBusyReviewer'],
  Enabled: true,
  Default: true,
};
