import type { AclEntry, Principal } from '../../../shared/bridges/migration/ports.ts';
import type { Job, Pair, Skipped } from './job.ts';
import { allFolders } from './seed.ts';
import { principalTexts, texts } from './texts.ts';

/**
 * Copies rules and access lists. Principals are looked up once, here and never again: an entry that is mended later needs a new move
 * (Exchange team, "Troubleshooting migrations: too many bad items", 2016). Inherited entries stay behind.
 */
export async function copySecurity(job: Job): Promise<void> {
  const { ledger, pairs, terms } = job;
  for (const pair of pairs) {
    const look = principalLookUp(pair);
    if (!terms.skipRules && pair.kind === 'primary') await pair.destination.setRules(await pair.source.rules());
    for (const { entryId, displayName } of await allFolders(pair.source)) {
      const entries = await pair.source.folderAcl(entryId);
      if (entries.length === 0) continue;
      const { kept, skipped } = await translate(look, entries, { entryId, name: displayName, text: principalTexts.folder(displayName) });
      await pair.destination.setFolderAcl(entryId, kept);
      if (skipped.length > 0) await ledger.write({ skipped, lines: skipped.map(({ line }) => line) });
    }
    const place = { entryId: '', name: '', text: principalTexts.mailbox };
    const { kept, skipped } = await translate(look, await pair.source.mailboxAcl(), place);
    await pair.destination.setMailboxAcl(kept);
    if (skipped.length > 0) await ledger.write({ skipped, lines: skipped.map(({ line }) => line) });
  }
  await ledger.write({ state: { reached: 'secured' } });
}

/** What a SID of the source stands for at the target; who has it at the source; null: nobody. */
type Found = { readonly target: string } | { readonly source: Principal | null };
type LookUp = (sids: readonly string[]) => Promise<ReadonlyMap<string, Found>>;

/** Looks principals up at both sides and remembers them. */
function principalLookUp(pair: Pair): LookUp {
  const known = new Map<string, Found>();
  return async (sids) => {
    const fresh = sids.filter((sid) => !known.has(sid));
    if (fresh.length > 0) for (const [sid, found] of await lookUp(pair, fresh)) known.set(sid, found);
    return known;
  };
}

async function lookUp({ source, match }: Pair, sids: readonly string[]): Promise<readonly (readonly [string, Found])[]> {
  const here = await source.resolvePrincipals(sids);
  const owner = (sid: string): Principal | undefined => here.find((one) => one.sid === sid || one.masterAccountSid === sid);
  const mailEnabled = here.filter(({ isMailEnabled }) => isMailEnabled);
  const there = mailEnabled.length === 0 ? [] : await match(mailEnabled);
  return sids.map((sid) => {
    const principal = owner(sid);
    if (principal === undefined) return [sid, { source: null }];
    const target = there[mailEnabled.indexOf(principal)];
    return [sid, target === undefined || target === null ? { source: principal } : { target }];
  });
}

interface Place {
  readonly entryId: string;
  readonly name: string;
  readonly text: string;
}

async function translate(
  look: LookUp,
  entries: readonly AclEntry[],
  place: Place,
): Promise<{ readonly kept: readonly AclEntry[]; readonly skipped: readonly Skipped[] }> {
  const own = entries.filter(({ isInherited }) => !isInherited);
  const found = await look(own.flatMap(({ sid }) => sid ?? []));
  const kept: AclEntry[] = [];
  const skipped: Skipped[] = [];
  for (const entry of own) {
    const principal = entry.sid === null ? undefined : found.get(entry.sid);
    if (principal === undefined) kept.push(entry);
    else if ('target' in principal) kept.push({ ...entry, sid: principal.target });
    else skipped.push(unknownPrincipal(place, entry.sid ?? '', principal.source));
  }
  return { kept, skipped };
}

function unknownPrincipal({ entryId, name, text }: Place, sid: string, principal: Principal | null): Skipped {
  const failure = principal === null ? principalTexts.source(text) : principalTexts.target(principal);
  return {
    ...{ entryId, folder: name, subject: '', messageClass: '', size: 0, failure, line: texts.corrupted(failure) },
    context: principalTexts.context(name, sid, principal),
    kind: principal === null ? 'SourcePrincipal' : 'TargetPrincipal',
  };
}
