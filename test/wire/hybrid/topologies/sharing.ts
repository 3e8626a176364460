import { people, type Step } from './lab.ts';
import { autodiscover, type BrokenTopology, discovery, ews, joeAsksMary, patAsksMary } from './row.ts';

const found = `${autodiscover}/WSSecurity 200.0`;
const asked = `${ews}/WSSecurity 200.0`;
const noAccess =
  'Microsoft.Exchange.InfoWorker.Common.Availability.NoFreeBusyAccessException: The caller does not have access to free/busy data.';
/** A calendar with so many entries in the hour that is asked for. */
const entries = (count: number): Step => ({
  outside: `a program enters ${count} meetings`,
  does: (topology) => topology.enter(people.mary, count),
});

/** What the other side shows of itself. */
export const sharing: readonly BrokenTopology[] = [
  {
    id: 'orgrel-fb-disabled',
    how: 'FreeBusyAccessEnabled is off',
    variant: 'disabled',
    asked: patAsksMary,
    symptom: { code: 'ErrorNoFreeBusyAccess', says: [noAccess], lid: 47_652 },
    failed: ['contoso/ews sharing.authorization'],
    log: { of: 'contoso', iis: [found, asked] },
  },
  {
    id: 'orgrel-fb-disabled',
    how: 'FreeBusyAccessLevel is None',
    variant: 'level-none',
    asked: patAsksMary,
    symptom: { code: 'ErrorNoFreeBusyAccess', says: [noAccess], lid: 47_652 },
    failed: ['contoso/ews sharing.authorization'],
    log: { of: 'contoso', iis: [found, asked] },
  },
  {
    id: 'orgrel-fb-scope',
    how: 'FreeBusyAccessScope is a group without the user',
    variant: 'group',
    user: 'adam@contoso.test',
    asked: patAsksMary,
    symptom: { code: 'ErrorNoFreeBusyAccess', says: [noAccess], lid: 40_764 },
    failed: ['contoso/ews sharing.authorization'],
    log: { of: 'contoso', iis: [found, asked] },
  },
  {
    id: 'calendar-permission-none',
    how: 'the calendar shows strangers nothing',
    variant: 'none',
    user: people.mary,
    asked: patAsksMary,
    symptom: { code: 'ErrorNoFreeBusyAccess', says: [noAccess], lid: 44_348 },
    failed: ['contoso/ews sharing.calendar-permission'],
    log: { of: 'contoso', iis: [found, asked] },
  },
  {
    id: 'calendar-permission-none',
    how: 'nor a colleague in the tenant',
    variant: 'none',
    user: people.mary,
    asked: joeAsksMary,
    symptom: { code: 'ErrorNoFreeBusyAccess', says: [noAccess], lid: 44_348 },
    failed: ['contoso/ews sharing.calendar-permission'],
    log: { of: 'contoso', iis: [`${autodiscover} 200.0`, `${ews} 200.0`] },
  },
  {
    id: 'orgrel-domain-missing',
    how: 'the other side has no relationship with the domain of those who ask',
    variant: 'theirs',
    asked: patAsksMary,
    symptom: {
      code: 'ErrorAutoDiscoverFailed',
      says: [
        `${discovery(people.mary)}System.Web.Services.Protocols.SoapHeaderException: At least one security token in the message could not be validated.`,
      ],
    },
    failed: ['contoso/autodiscover dauth.identity'],
    log: { of: 'contoso', iis: [`${autodiscover}/WSSecurity 500.0`] },
  },
  {
    id: 'orgrel-domain-missing',
    how: "one's own has not the domain of the target addresses",
    variant: 'own',
    asked: { is: 'free/busy', as: 'mary', whom: 'joe' },
    symptom: {
      code: 'ErrorAvailabilityConfigNotFound',
      says: ['Configuration information for forest/domain contoso.mail.onmicrosoft.test could not be found in Active Directory.'],
      lid: 47_932,
    },
    failed: ['contoso/ews sharing.organization-relationship', 'contoso/ews sharing.availability-address-space'],
  },
  {
    id: 'mesh-third-org',
    how: 'a partner asks on-premises for somebody in the tenant',
    variant: 'direct',
    asked: { is: 'free/busy', as: 'pat', whom: 'joe' },
    symptom: {
      code: 'ErrorProxyRequestNotAllowed',
      says: [
        'CrossOrganizationProxyNotAllowedForExternalOrganization',
        'The cross-organization request for mailbox joe@contoso.mail.onmicrosoft.test is not allowed because the requester is from a different organization.',
      ],
      lid: 39_660,
    },
    // By Autodiscover: it tells where the mailbox is, and the token is for nobody there.
    mended: 'ErrorAutoDiscoverFailed',
    failed: [],
    log: { of: 'contoso', iis: [asked] },
  },
  {
    id: 'too-many-entries',
    how: 'a thousand and one meetings',
    does: { broken: [entries(1_001)], fixed: [entries(1)] },
    asked: patAsksMary,
    symptom: {
      code: 'ErrorResultSetTooBig',
      says: ['The result set contains too many calendar entries. The allowed size = 1000; the actual size = 1001.'],
      lid: 54_796,
    },
    failed: [],
    log: { of: 'contoso', iis: [found, asked] },
  },
  {
    id: 'working-hours-bad',
    how: 'they end before they begin: a program has written them',
    does: {
      broken: [{ outside: 'a program writes them', does: (topology) => topology.works(people.mary, 600, 540) }],
      fixed: [
        { at: 'contoso', line: 'Set-MailboxCalendarConfiguration mary -WorkingHoursStartTime 08:00:00 -WorkingHoursEndTime 17:00:00' },
      ],
    },
    asked: patAsksMary,
    symptom: {
      code: 'ErrorInvalidArgument',
      says: ['InvalidParameterException: Work hours start time must be less than or equal to end time.'],
    },
    failed: [],
    log: { of: 'contoso', iis: [found, asked] },
  },
  {
    id: 'orgrel-mailtips-disabled',
    how: 'MailTipsAccessEnabled is off',
    variant: 'disabled',
    asked: { is: 'MailTips', as: 'pat', whom: 'mary' },
    symptom: { code: 'ErrorMailTipsDisabled', says: [] },
    failed: ['contoso/ews sharing.mail-tips'],
    log: { of: 'contoso', iis: [found, asked] },
  },
];
