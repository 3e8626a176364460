import type { RecipientSettings } from '../directory/recipient-settings.ts';
import type { Organization } from '../organization/organization.ts';

/** Octets of a public folder mailbox of Exchange Online (support article, "Original target Mailbox quota is 107374182400"). */
const cloudQuota = 107_374_182_400;

/** How much may count to a public folder mailbox: ProhibitSendReceiveQuota; null: without limit. Migrations alone go by it here. */
export function publicFolderQuotaOf({ kind }: Pick<Organization, 'kind'>, { quotas }: RecipientSettings): number | null {
  const own = quotas?.ProhibitSendReceiveQuota;
  return own === undefined ? (kind === 'cloud' ? cloudQuota : null) : own;
}
