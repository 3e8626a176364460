import type { Guid } from '../../kernel/ids.ts';
import { configKind } from './config-kind.ts';
import type { Organization } from './organization.ts';
import { databaseOf, homeServerOf } from './servers.ts';

export const quotaNames = [
  'ProhibitSendReceiveQuota',
  'ProhibitSendQuota',
  'RecoverableItemsQuota',
  'RecoverableItemsWarningQuota',
  'IssueWarningQuota',
] as const;
export type QuotaName = (typeof quotaNames)[number];

/** Octets, null for without limit, by the names of their parameters. */
export type Quotas = Readonly<Record<QuotaName, number | null>>;

/** What administrators set at a mailbox database; what is absent is as Setup leaves it. */
export interface MailboxDatabase {
  readonly Name: string;
  readonly quotas: Partial<Quotas>;
}

/** Databases of which something was set. */
export const mailboxDatabases = configKind<MailboxDatabase>('MailboxDatabase');

const gigabyte = 1_073_741_824;
const ofRecoverable = { RecoverableItemsQuota: 30 * gigabyte, RecoverableItemsWarningQuota: 20 * gigabyte } as const;

/** As Setup leaves a database: octets as `Get-MailboxDatabase` shows them in many a published log (1.9, 2 and 2.3 GB, rounded). */
export const setupQuotas: Quotas = {
  ProhibitSendReceiveQuota: 2_469_396_480,
  ProhibitSendQuota: 2_147_483_648,
  IssueWarningQuota: 2_039_480_320,
  ...ofRecoverable,
};

/** Of a mailbox that has its own and of which nothing was said: none on-premises, in the cloud those of a licence with 50 GB. */
export const usualQuotas: Readonly<Record<Organization['kind'], Quotas>> = {
  'on-premises': { ProhibitSendReceiveQuota: null, ProhibitSendQuota: null, IssueWarningQuota: null, ...ofRecoverable },
  cloud: {
    ProhibitSendReceiveQuota: 50 * gigabyte,
    ProhibitSendQuota: 49.5 * gigabyte,
    IssueWarningQuota: 49 * gigabyte,
    ...ofRecoverable,
  },
};

/** Recoverable items of a mailbox on hold, in the cloud (page "Recoverable Items folder in Exchange Online"). */
export const heldQuotas = { RecoverableItemsQuota: 100 * gigabyte, RecoverableItemsWarningQuota: 90 * gigabyte } as const;

/** Octets of an archive: on-premises the defaults of ArchiveQuota; in the cloud those of the same licences (inferred). */
export const archiveQuota = 100 * gigabyte;
export const archiveWarningQuota = 90 * gigabyte;

/** The name that Setup gives the database of a server: ten digits behind two words. */
export function databaseNameOf(organization: Pick<Organization, 'name'>, server: string): string {
  const digits = Number.parseInt(databaseOf(organization, server).slice(0, 8), 16);
  return `Mailbox Database ${digits.toString().padStart(10, '0')}`;
}

/** The name of the database that a mailbox lies in. */
export function databaseNameOfMailbox(organization: Organization, mailbox: Guid): string {
  return databaseNameOf(organization, homeServerOf(organization, mailbox));
}
