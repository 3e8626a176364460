/** What cmdlets manage: one row per object, optimistic on `version`. `organization` '' is the world itself. */
export interface ConfigObjectTable {
  organization: string;
  kind: string;
  identity: string;
  name: string;
  value: string;
  version: number;
}

/** A directory object with an address: mailbox user, mail user, remote mailbox, contact, group. */
export interface RecipientTable {
  /** Object GUID. */
  guid: string;
  organization: string;
  /** A word of `recipientTypes` (domain/world/vocabulary.ts). */
  type: string;
  alias: string;
  display_name: string;
  display_name_fold: string;
  primary_address: string;
  /** `SMTP:joe@contoso.mail.onmicrosoft.test` on mail users and remote mailboxes, else null. */
  target_address: string | null;
  user_principal_name: string | null;
  /** `CONTOSO\mary` without the domain. */
  sam_account_name: string | null;
  /** NT hash, 32 hexadecimal digits; the only form of the password that is kept. */
  nt_hash: string | null;
  legacy_dn: string;
  exchange_guid: string | null;
  archive_guid: string | null;
  sid: string | null;
  master_account_sid: string | null;
  /** JSON: sid history, members of a group, access entries, settings, the remaining attributes (given name, phone ...). */
  attributes: string;
}

/** Every address of a recipient, folded; unique in its organisation. */
export interface ProxyAddressTable {
  organization: string;
  address_fold: string;
  recipient: string;
  /** As shown: `SMTP:` for the primary address, `smtp:` and `X500:` for the others. */
  address: string;
}
