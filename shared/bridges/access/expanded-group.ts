import type { Directory } from '../../domain/directory/directory.ts';
import { isGroup, type Recipient } from '../../domain/directory/recipient.ts';
import type { Guid } from '../../kernel/ids.ts';

/** Members of a group that calendars are looked up for (Microsoft's page "GroupAttendeeConflictData"). */
export const mostGroupMembers = 100;
const deepestNesting = 16;

/** Whom a group stands for. */
export interface ExpandedGroup {
  readonly members: readonly Recipient[];
  /** Groups in the group that would make it too large: each counts as one of whom nothing is known. */
  readonly unexpanded: number;
}

/**
 * The members of a group and of the groups in it, each once; undefined when it has too many of its own. A group in it is
 * taken whole or not at all, in the order of the members.
 */
export async function expandedGroup(directory: Directory, group: Recipient): Promise<ExpandedGroup | undefined> {
  const seen = new Set<Guid>();
  const expand = async (one: Recipient, depth: number): Promise<ExpandedGroup | undefined> => {
    seen.add(one.guid);
    if (one.members.length > mostGroupMembers || depth > deepestNesting) return undefined;
    const direct = await directory.members(one);
    let members = direct.filter((member) => !isGroup(member));
    let unexpanded = 0;
    for (const inner of direct.filter(isGroup)) {
      if (seen.has(inner.guid)) continue;
      const expanded = await expand(inner, depth + 1);
      const together = distinct([...members, ...(expanded?.members ?? [])]);
      if (expanded === undefined || together.length > mostGroupMembers) unexpanded += 1;
      else {
        members = together;
        unexpanded += expanded.unexpanded;
      }
    }
    return { members, unexpanded };
  };
  return expand(group, 0);
}

function distinct(members: readonly Recipient[]): Recipient[] {
  return [...new Map(members.map((member) => [member.guid, member])).values()];
}
