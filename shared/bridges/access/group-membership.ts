import type { Directory } from '../../domain/directory/directory.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import type { Guid } from '../../kernel/ids.ts';

/** Groups within groups are followed as far as this. */
const deepestNesting = 16;

/** Whether a group, or a group within it, has the member. A recipient that is no group has itself. */
export async function hasMember(directory: Directory, group: Recipient, member: Guid): Promise<boolean> {
  const seen = new Set<Guid>([group.guid]);
  if (group.guid === member) return true;
  let level: readonly Recipient[] = [group];
  for (let depth = 0; depth < deepestNesting && level.length > 0; depth += 1) {
    const next: Recipient[] = [];
    for (const one of level) {
      if (one.members.includes(member)) return true;
      for (const inner of one.members.length === 0 ? [] : await directory.members(one)) {
        if (inner.members.length === 0 || seen.has(inner.guid)) continue;
        seen.add(inner.guid);
        next.push(inner);
      }
    }
    level = next;
  }
  return false;
}

/** Whether somebody is one of those, or in a group among them. */
export async function isAmong(directory: Directory, guids: readonly Guid[], sender: Guid): Promise<boolean> {
  for (const guid of guids) {
    const one = await directory.byGuid(guid);
    if (one !== undefined && (await hasMember(directory, one, sender))) return true;
  }
  return false;
}

/** A recipient as configuration names it: by an address or an alias. */
export async function recipientNamed(directory: Directory, name: string): Promise<Recipient | undefined> {
  return name === '' ? undefined : ((await directory.byAddress(name)) ?? (await directory.byAlias(name)));
}

/** Whether a recipient is in the group that a relationship's scope names; '' names nobody's and lets everybody in. */
export async function isInScope(directory: Directory, scope: string, member: Guid): Promise<boolean> {
  if (scope === '') return true;
  const group = await recipientNamed(directory, scope);
  return group !== undefined && (await hasMember(directory, group, member));
}
