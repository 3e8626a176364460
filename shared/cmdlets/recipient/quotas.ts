import type { Recipient } from '../../domain/directory/recipient.ts';
import type { RecipientSettings } from '../../domain/directory/recipient-settings.ts';
import { type QuotaName, type Quotas, quotaNames, usualQuotas } from '../../domain/organization/mailbox-databases.ts';
import type { Organization } from '../../domain/organization/organization.ts';
import { type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from '../cmdlet.ts';
import { refuseElsewhere, type SettingChanges } from './mail-settings.ts';
import { sizeGiven, sizeText } from './size.ts';

/** "A number up to 1.999999999 terabytes (2199023254528 bytes)": pages of Set-Mailbox and Set-MailboxDatabase. */
const largestQuota = 2_199_023_254_528;

const quotaParameters = Object.fromEntries(quotaNames.map((name) => [name, 'text'] as const));

/** What Set-MailboxDatabase takes of quotas. */
export const databaseQuotaParameters: Readonly<Record<string, ParameterType>> = quotaParameters;

/** What Set-Mailbox takes of quotas. */
export const mailboxQuotaParameters: Readonly<Record<string, ParameterType>> = {
  ...quotaParameters,
  UseDatabaseQuotaDefaults: 'boolean',
  MailboxMessagesPerFolderCountReceiveQuota: 'integer',
};

/** Pairs of which the first may not be larger than the second (page of Set-Mailbox). */
const ordered: readonly (readonly [QuotaName, QuotaName])[] = [
  ['ProhibitSendQuota', 'ProhibitSendReceiveQuota'],
  ['IssueWarningQuota', 'ProhibitSendReceiveQuota'],
  ['RecoverableItemsWarningQuota', 'RecoverableItemsQuota'],
];

/** The quotas that parameters name. Refuses with `bad-parameter`. */
export function quotasGiven(given: CmdletParameters): Partial<Quotas> {
  return Object.fromEntries(
    quotaNames.flatMap((name) => {
      const octets = sizeGiven(given, name, largestQuota);
      return octets === undefined ? [] : [[name, octets] as const];
    }),
  );
}

/** Refuses with `bad-parameter` quotas that contradict each other; of one without limit nothing is asked (inferred). */
export function requireOrder(quotas: Quotas): void {
  const bad = ordered.find(([lower, upper]) => (quotas[lower] ?? 0) > (quotas[upper] ?? Infinity));
  if (bad !== undefined) throw cmdletRefusal('bad-parameter', `The value of ${bad[0]} must be less than or equal to that of ${bad[1]}.`);
}

/** What {@link mailboxQuotaParameters} make of the settings of a mailbox. Refuses with `bad-parameter`. */
export function quotaChange({ organization }: CmdletScope, given: CmdletParameters): (settings: RecipientSettings) => SettingChanges {
  const wanted = quotasGiven(given);
  const isCloud = organization.kind === 'cloud';
  refuseElsewhere(organization, given, {
    RecoverableItemsQuota: 'on-premises',
    RecoverableItemsWarningQuota: 'on-premises',
    MailboxMessagesPerFolderCountReceiveQuota: 'on-premises',
  });
  const own = given['UseDatabaseQuotaDefaults'];
  const messages = given['MailboxMessagesPerFolderCountReceiveQuota'];
  if (isCloud && own === true)
    throw cmdletRefusal(
      'bad-parameter',
      '-UseDatabaseQuotaDefaults takes $false alone in Exchange Online: nobody sees its databases here.',
    );
  if (typeof messages === 'number' && messages < 1)
    throw cmdletRefusal('bad-parameter', '-MailboxMessagesPerFolderCountReceiveQuota takes a number from 1 on.');
  return (settings) => {
    const quotas = { ...settings.quotas, ...wanted };
    if (Object.keys(wanted).length > 0) requireOrder({ ...usualQuotas[organization.kind], ...quotas });
    if (isCloud) requireLicensed(wanted);
    return {
      quotas: Object.keys(quotas).length === 0 ? undefined : quotas,
      ...(typeof own === 'boolean' ? { ownQuotas: own ? undefined : !isCloud || undefined } : {}),
      ...(typeof messages === 'number' ? { messagesPerFolder: messages } : {}),
    };
  };
}

/** In the cloud the licence says how large a mailbox may be. */
function requireLicensed(wanted: Partial<Quotas>): void {
  const most = usualQuotas.cloud.ProhibitSendReceiveQuota ?? Infinity;
  const bad = quotaNames.find((name) => wanted[name] !== undefined && (wanted[name] ?? Infinity) > most);
  if (bad !== undefined)
    throw cmdletRefusal('operation-failed', `${bad} may be ${sizeText(most)} at most: the mailbox has no larger licence.`);
}

/** The limits of a mailbox as Get-Mailbox shows them: its own ones, whether they hold or not. */
export function limitsShown({ settings }: Recipient, { kind }: Organization): CmdletObject {
  const { IssueWarningQuota: _, ...limits } = quotasShown({ ...usualQuotas[kind], ...settings.quotas });
  return limits;
}

/** Whether the quotas of the database hold, and from when on the mailbox is warned. */
export function warningShown({ settings }: Recipient, { kind }: Organization): CmdletObject {
  const { IssueWarningQuota } = { ...usualQuotas[kind], ...settings.quotas };
  return {
    UseDatabaseQuotaDefaults: !(settings.ownQuotas ?? kind === 'cloud'),
    IssueWarningQuota: sizeText(IssueWarningQuota ?? undefined),
  };
}

/** Quotas as they are shown, in the order of Get-MailboxDatabase and Get-Mailbox. */
export function quotasShown(quotas: Quotas): CmdletObject {
  return Object.fromEntries(quotaNames.map((name) => [name, sizeText(quotas[name] ?? undefined)]));
}
