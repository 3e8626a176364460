import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import { foldKey } from '../../store/fold.ts';
import { accountSid } from './account-ids.ts';
import type { Recipient } from './recipient.ts';
import { addressKey, type UniqueColumn, uniqueNames } from './recipient-rows.ts';

/** An address or name of a recipient that another one of the organisation has. */
export interface TakenName {
  readonly kind: 'address' | UniqueColumn;
  /** As the recipient would have it. */
  readonly name: string;
  readonly holder: Guid;
}

/**
 * What of a recipient's addresses and names another one has: proxy addresses, an X500 address as legacyExchangeDN too, alias,
 * account name and user principal name, all without case. The first that is found.
 */
export async function takenName(executor: Executor, recipient: Recipient): Promise<TakenName | undefined> {
  const { organization, guid, addresses } = recipient;
  for (const address of addresses) {
    const other = await addressHolder(executor, organization, address);
    if (other !== undefined && other !== guid) return { kind: 'address', name: address, holder: other };
    const dn = /^x500:/i.test(address)
      ? await holderOf(executor, recipient, 'legacy_dn', foldKey(address.slice('x500:'.length)))
      : undefined;
    if (dn !== undefined) return { kind: 'address', name: address, holder: dn };
  }
  for (const [column, name] of uniqueNames(recipient)) {
    const holder = await holderOf(executor, recipient, column, name);
    if (holder !== undefined) return { kind: column, name, holder };
  }
  return undefined;
}

/** Who has a proxy address in an organisation, if anybody. */
export async function addressHolder(executor: Executor, organization: string, address: string): Promise<Guid | undefined> {
  const row = await executor
    .selectFrom('proxy_address')
    .select('recipient')
    .where('organization', '=', organization)
    .where('address_fold', '=', addressKey(address))
    .executeTakeFirst();
  return row?.recipient as Guid | undefined;
}

async function holderOf(
  executor: Executor,
  { organization, guid }: Recipient,
  column: UniqueColumn | 'legacy_dn',
  folded: string,
): Promise<Guid | undefined> {
  const row = await executor
    .selectFrom('recipient')
    .select('guid')
    .where('organization', '=', organization)
    .where('guid', '!=', guid)
    .where((where) => where(where.fn<string>('lower', [column]), '=', folded))
    .executeTakeFirst();
  return row?.guid as Guid | undefined;
}

/** The first account of a domain that is not built in has 1105 here; those that setup makes go up from there. */
const firstRid = 1_105;

/** The number in its domain that a new account of an organisation gets: one more than the highest there is. */
export async function nextRid(executor: Executor, organization: string): Promise<number> {
  const prefix = accountSid(organization, 0).slice(0, -1);
  const rows = await executor
    .selectFrom('recipient')
    .select('sid')
    .where('organization', '=', organization)
    .where('sid', 'like', `${prefix}%`)
    .execute();
  return rows.reduce((highest, { sid }) => Math.max(highest, Number(sid?.slice(prefix.length) ?? 0)), firstRid - 1) + 1;
}
