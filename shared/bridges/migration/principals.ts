import type { Directory } from '../../domain/directory/directory.ts';
import type { AclEntry, Principal } from './ports.ts';

/** Why an entry of an access list did not come over, by the names of the failures in reports of Exchange. */
export type MappingFailureType = 'SourcePrincipalMappingException' | 'TargetPrincipalMappingException';

/** An entry that did not come over, as the report of the move tells it. */
export interface MappingFailure {
  readonly type: MappingFailureType;
  readonly sid: string;
  /** Behind `A corrupted item was encountered: `. */
  readonly message: string;
}

/** What an access list comes to on the other side. */
export interface MappedAcl {
  readonly entries: readonly AclEntry[];
  /** One for each person that could not be found, whatever he was given. */
  readonly failures: readonly MappingFailure[];
}

/** Whose list it is: the mailbox's own, or a folder's. */
export type AclOf = { readonly is: 'mailbox' } | { readonly is: 'folder'; readonly name: string };

/** Those of the other side, by what they are found with. */
export interface TargetPrincipals {
  /** Whoever has that legacyExchangeDN, as his own or as an X500 address: his SID; undefined where nobody has. */
  sidByLegacyDn(legacyDn: string): string | undefined;
}

/** Those of a directory that people of the other side are looked for in. */
export async function targetPrincipals(directory: Directory, source: readonly Principal[]): Promise<TargetPrincipals> {
  const sids = new Map<string, string>();
  for (const { legacyDn } of source) {
    const found = legacyDn === '' ? undefined : await directory.byLegacyDn(legacyDn);
    if (found !== undefined) sids.set(legacyDn.toLowerCase(), found.sid);
  }
  return { sidByLegacyDn: (legacyDn) => sids.get(legacyDn.toLowerCase()) };
}

/**
 * Translates an access list to people of the other side: SID, person, legacyExchangeDN, X500 address of a recipient there. What is
 * inherited does not come over. Groups without mail have no legacyExchangeDN that a recipient there could stand for, and nobody is
 * found by his SID history. (Microsoft's article on TooManyBadItems in moves to Exchange Online.)
 *
 * @param source those of this side that the SIDs of the list belong to
 */
export function translateAcl(
  list: readonly AclEntry[],
  source: readonly Principal[],
  target: TargetPrincipals,
  of: AclOf = { is: 'mailbox' },
): MappedAcl {
  const bySid = new Map<string, Principal>();
  for (const principal of source) {
    if (principal.masterAccountSid !== null) bySid.set(principal.masterAccountSid, principal);
    bySid.set(principal.sid, principal);
  }
  const entries: AclEntry[] = [];
  const failures = new Map<string, MappingFailure>();
  for (const entry of list) {
    if (entry.isInherited) continue;
    if (entry.sid === null) {
      entries.push(entry);
      continue;
    }
    const principal = bySid.get(entry.sid);
    const sid = principal === undefined ? undefined : counterpart(principal, target);
    if (sid !== undefined) entries.push({ ...entry, sid });
    else failures.set(entry.sid, failureOf(entry.sid, principal, of));
  }
  return { entries, failures: [...failures.values()] };
}

function counterpart({ legacyDn, isMailEnabled }: Principal, target: TargetPrincipals): string | undefined {
  return legacyDn === '' || !isMailEnabled ? undefined : target.sidByLegacyDn(legacyDn);
}

/** The texts: the same article, which quotes reports of moves; that of a folder's person whom the other side does not have is put together of both. */
function failureOf(sid: string, principal: Principal | undefined, of: AclOf): MappingFailure {
  const where = of.is === 'folder' ? `for folder "${of.name}"/"FolderNTSD"` : 'to the target mailbox';
  const message = `Unable to translate principals ${where}: `;
  if (principal === undefined)
    return { type: 'SourcePrincipalMappingException', sid, message: `${message}Failed to find a principal from the source forest.` };
  return {
    type: 'TargetPrincipalMappingException',
    sid,
    message: `${message}Failed to find a principal in the target forest that corresponds to the following source forest principal values: ${valuesOf(principal)}.`,
  };
}

function valuesOf({ alias, displayName, mailboxGuid, sid, objectGuid, legacyDn, proxies }: Principal): string {
  const all = [`X500:${legacyDn}`, ...proxies].map((proxy) => `${proxy};`).join(' ');
  const ids = `MailboxGuid: ${mailboxGuid ?? ''}; SID: ${sid}; ObjectGuid: ${objectGuid ?? ''}`;
  return `Alias: ${alias}; DisplayName: ${displayName}; ${ids}; LegDN: ${legacyDn}; Proxies: [${all}];`;
}
