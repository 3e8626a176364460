import { parseGuid } from '../../../kernel/ids.ts';
import { isGroup, type Recipient } from '../../directory/recipient.ts';
import type { RecipientType } from '../../world/vocabulary.ts';
import type { TokenGround, UserLookups } from './ground.ts';
import { askDirectory } from './look-up.ts';
import { type ParsedToken, shown, textClaim } from './parsed-token.ts';
import { isSame } from './realms.ts';
import { type Finding, failed, fine, found } from './trail.ts';

/** A claim that names a user. */
export interface UserClaim {
  readonly name: string;
  readonly value: string;
  readonly by: LookUp;
}

type LookUp = (directory: UserLookups, value: string) => Promise<Recipient | undefined>;

/** How a claim's value looks and how the user behind it is found. */
interface ClaimKind {
  readonly pattern: RegExp;
  readonly by: LookUp;
}

const address = /^[^\s@:]{1,255}@[^\s@:]{1,255}$/;
const sid: ClaimKind = { pattern: /^S-1-\d{1,15}(?:-\d{1,10}){1,15}$/i, by: (directory, value) => directory.bySid(value) };
const netId: ClaimKind = { pattern: /^[0-9a-f]{16}$/i, by: (directory, value) => directory.byNetId(value) };
const upn: ClaimKind = { pattern: address, by: (directory, value) => directory.byUserPrincipalName(value) };
const smtp: ClaimKind = { pattern: address, by: (directory, value) => directory.byAddress(value) };
const sip: ClaimKind = {
  pattern: address,
  // Whose SIP address is not kept has the one that is the mail address, as Setup makes it.
  by: async (directory, value) => (await directory.byAddress(`sip:${value}`)) ?? directory.byAddress(value),
};
const oid: ClaimKind = {
  pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  by: async (directory, value) => {
    const guid = parseGuid(value);
    return guid === undefined ? undefined : directory.byGuid(guid);
  },
};

/** What `nameid` of an outer token means, by its `nii` (the values: dirkjanm/ROADtools; what goes with them is not published). */
const nameIdentifiers: Readonly<Record<string, ClaimKind>> = {
  'urn:office:idp:activedirectory': sid,
  'urn:federation:microsoftonline': netId,
  'urn:office:idp:orgid': netId,
};

/**
 * The claims by which an outer token asserts its user: `nameid`, which `nii` explains, `upn`, `smtp` and `sip`. A SID
 * counts only where the partner application accepts security identifiers.
 */
export function assertedUser({ claims }: ParsedToken, acceptsSecurityIdentifiers: boolean): Finding<readonly UserClaim[]> {
  const expected = 'nameid, upn, smtp or sip';
  const nii = textClaim(claims, 'nii');
  if (nii === null) return failed('claim-missing', ['nii'], { expected: `nii, and ${expected}`, actual: 'no claim nii' });
  const key = nii.toLowerCase();
  const kind = Object.hasOwn(nameIdentifiers, key) ? nameIdentifiers[key] : undefined;
  if (kind === undefined) return failed('no-user-claims', [], { expected: 'a known nii', actual: `nii ${shown(nii)}` });
  const usable = kind !== sid || acceptsSecurityIdentifiers;
  const named = { ...(usable ? { nameid: kind } : {}), upn, smtp, sip };
  const note = usable || textClaim(claims, 'nameid') === null ? '' : ' (nameid is a SID, which the partner application does not accept)';
  return usableClaims(claims, named, expected, note);
}

/**
 * The claims by which an access token names its user: in the tenant itself its object and network ids, elsewhere the SID
 * that was synchronised and the user principal name.
 */
export function signedInUser({ claims }: ParsedToken, { organization }: TokenGround): Finding<readonly UserClaim[]> {
  const isHome = organization.tenantId !== undefined && isSame(organization.tenantId, textClaim(claims, 'tid') ?? '');
  if (isHome) return usableClaims(claims, { oid, puid: netId }, 'oid', '');
  const names = textClaim(claims, 'upn') === null ? { onprem_sid: sid, unique_name: upn } : { onprem_sid: sid, upn };
  return usableClaims(claims, names, 'upn or onprem_sid', '');
}

function usableClaims(
  claims: ParsedToken['claims'],
  kinds: Readonly<Record<string, ClaimKind>>,
  expected: string,
  note: string,
): Finding<readonly UserClaim[]> {
  const usable: UserClaim[] = [];
  for (const [name, { pattern, by }] of Object.entries(kinds)) {
    const value = textClaim(claims, name);
    if (value === null) continue;
    if (!pattern.test(value)) {
      return failed('claim-value-invalid', [shown(value), name], { expected, actual: `${name} ${shown(value)}` });
    }
    usable.push({ name, value, by });
  }
  if (usable.length === 0) return failed('no-user-claims', [], { expected, actual: `none${note}` });
  return found(usable, `${list(usable)}${note}`);
}

/** The one user that every claim leads to. */
export function findUser(claims: readonly UserClaim[], directory: UserLookups): Promise<Finding<Recipient>> {
  return askDirectory(() => userBehind(claims, directory));
}

async function userBehind(claims: readonly UserClaim[], directory: UserLookups): Promise<Finding<Recipient>> {
  const expected = 'one user behind all claims';
  let user: Recipient | undefined;
  for (const { name, value, by } of claims) {
    const one = await by(directory, value);
    if (one === undefined) return failed('user-not-found', [], { expected, actual: `${name} ${shown(value)}: nobody` });
    if (user !== undefined && user.guid !== one.guid) {
      return failed('user-ambiguous', [], { expected, actual: `${user.primaryAddress} and, by ${name}, ${one.primaryAddress}` });
    }
    user = one;
  }
  return user === undefined ? failed('no-user-claims', [], { expected, actual: 'no claims' }) : found(user, user.primaryAddress);
}

const withoutAccount: ReadonlySet<RecipientType> = new Set(['MailContact', 'PublicFolder']);

/** Whether the user has an account that may sign in; where the mailbox lies does not matter. */
export function usableAccount({ type, enabled }: Recipient): Finding {
  const expected = 'an enabled account';
  if (withoutAccount.has(type) || isGroup({ type })) return failed('user-not-found', [], { expected, actual: `${type}: no account` });
  return enabled ? fine(type) : failed('user-not-found', [], { expected, actual: `${type}: the account is disabled` });
}

/** The user as a token names it, for people; never proof of anything. */
export function namedUser({ claims }: ParsedToken): string | null {
  const name = textClaim(claims, 'upn') ?? textClaim(claims, 'smtp') ?? textClaim(claims, 'unique_name') ?? textClaim(claims, 'sip');
  return name === null ? null : shown(name);
}

/** `upn joe@contoso.test, smtp joe@contoso.test` */
export function list(claims: readonly UserClaim[]): string {
  return claims.map(({ name, value }) => `${name} ${shown(value)}`).join(', ');
}
