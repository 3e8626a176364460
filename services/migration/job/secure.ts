import type { AclEntry, Principal } from '../../../shared/bridges/migration/ports.ts';
import { type AclOf, type MappingFailure, type TargetPrincipals, translateAcl } from '../../../shared/bridges/migration/principals.ts';
import type { Job, Pair, Skipped } from './job.ts';
import { allFolders } from './seed.ts';
import { principalContext, texts } from './texts.ts';

/**
 * Copies rules and access lists. Principals are looked up once, here and never again: an entry that is mended later needs a new move
 * (Exchange team, "Troubleshooting migrations: too many bad items", 2016). Inherited entries stay behind.
 */
export async function copySecurity(job: Job): Promise<void> {
  const { ledger, pairs, terms } = job;
  for (const pair of pairs) {
    const people = new People(pair);
    if (!terms.skipRules && pair.kind === 'primary') await pair.destination.setRules(await pair.source.rules());
    await copyFolderAccess(job, pair, people);
    if (terms.isPublic === true) continue;
    const { entries, failures } = await people.translate(await pair.source.mailboxAcl(), { is: 'mailbox' });
    await pair.destination.setMailboxAcl(entries);
    await tell(job, people, failures, '', '');
  }
  await ledger.write({ state: { reached: 'secured' } });
}

/**
 * Copies the access lists of folders once more: those of public folders count for everybody, and folders that were made since the first
 * copy have none yet. Of whom it was told already nothing is told again.
 */
export async function copyAccessAgain(job: Job): Promise<void> {
  for (const pair of job.pairs) await copyFolderAccess(job, pair, new People(pair));
}

async function copyFolderAccess(job: Job, { source, destination }: Pair, people: People): Promise<void> {
  const { terms } = job;
  for (const { entryId, displayName, role, access } of await allFolders(source, { access: true })) {
    if (terms.isPublic === true && role !== null) continue;
    const list = access ?? (await source.folderAcl(entryId));
    if (list.length === 0) continue;
    const { entries, failures } = await people.translate(list, { is: 'folder', name: displayName });
    await destination.setFolderAcl(entryId, entries);
    await tell(job, people, failures, entryId, displayName);
  }
}

async function tell(job: Job, people: People, failures: readonly MappingFailure[], entryId: string, folder: string): Promise<void> {
  const { ledger, terms } = job;
  const told = terms.isPublic === true ? ((ledger.state.notes as Told | undefined)?.unknown ?? []) : [];
  const fresh = failures.filter(({ sid }) => !told.includes(`${entryId} ${sid}`));
  if (fresh.length === 0) return;
  const skipped = fresh.map((failure) => unknownPrincipal(failure, people.named(failure.sid), entryId, folder));
  const notes: Told = { unknown: [...told, ...fresh.map(({ sid }) => `${entryId} ${sid}`)] };
  await ledger.write({ ...(terms.isPublic === true ? { state: { notes } } : {}), skipped, lines: skipped.map(({ line }) => line) });
}

/** What is noted of public folders: folder and SID of everybody who was told to be unknown. */
interface Told {
  readonly unknown: readonly string[];
}

/** Those whom the access lists of a mailbox name: each is asked for once. */
class People {
  readonly #pair: Pair;
  readonly #asked = new Set<string>();
  readonly #source: Principal[] = [];
  readonly #target = new Map<string, string>();

  constructor(pair: Pair) {
    this.#pair = pair;
  }

  async translate(list: readonly AclEntry[], of: AclOf): Promise<ReturnType<typeof translateAcl>> {
    const fresh = list.flatMap(({ sid, isInherited }) => (sid === null || isInherited || this.#asked.has(sid) ? [] : [sid]));
    if (fresh.length > 0) await this.#ask([...new Set(fresh)]);
    const target: TargetPrincipals = { sidByLegacyDn: (legacyDn) => this.#target.get(legacyDn.toLowerCase()) };
    return translateAcl(list, this.#source, target, of);
  }

  named(sid: string): Principal | undefined {
    return this.#source.find((one) => one.sid === sid || one.masterAccountSid === sid);
  }

  async #ask(sids: readonly string[]): Promise<void> {
    for (const sid of sids) this.#asked.add(sid);
    const found = await this.#pair.source.resolvePrincipals(sids);
    this.#source.push(...found);
    const mailEnabled = found.filter(({ isMailEnabled }) => isMailEnabled);
    const there = mailEnabled.length === 0 ? [] : await this.#pair.match(mailEnabled);
    for (const [index, { legacyDn }] of mailEnabled.entries()) {
      const sid = there[index];
      if (sid !== undefined && sid !== null) this.#target.set(legacyDn.toLowerCase(), sid);
    }
  }
}

function unknownPrincipal(
  { type, sid, message }: MappingFailure,
  principal: Principal | undefined,
  entryId: string,
  folder: string,
): Skipped {
  return {
    ...{ entryId, folder, subject: '', messageClass: '', size: 0, failure: message, line: texts.corrupted(message) },
    kind: type === 'SourcePrincipalMappingException' ? 'SourcePrincipal' : 'TargetPrincipal',
    context: principalContext(folder, sid, principal),
  };
}
