import type { Directory } from '../../../shared/domain/directory/directory.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import type { Organization } from '../../../shared/domain/organization/organization.ts';

export interface GroupSize {
  readonly total: number;
  /** Undefined: there are more members within members than are looked at. */
  readonly external: number | undefined;
}

/** Most members that are looked at for one group. */
const mostMembers = 10_000;

/**
 * How many receive what a group is sent, and how many of them elsewhere. A group within the group counts as one (TechNet,
 * "Understanding MailTips": Large Audience); that it counts as one elsewhere when anybody in it does is inferred.
 */
export async function groupSize(directory: Directory, organization: Pick<Organization, 'domains'>, group: Recipient): Promise<GroupSize> {
  const members = await directory.members(group);
  const budget = { left: mostMembers };
  let external = 0;
  for (const [position, member] of members.entries()) {
    // A directory that is in memory never yields by itself.
    if (position % 1_000 === 999) await new Promise((resolve) => setImmediate(resolve));
    const found = await reachesOutside(directory, organization, member, budget);
    if (found === undefined) return { total: members.length, external: undefined };
    if (found) external += 1;
  }
  return { total: members.length, external };
}

async function reachesOutside(
  directory: Directory,
  organization: Pick<Organization, 'domains'>,
  member: Recipient,
  budget: { left: number },
): Promise<boolean | undefined> {
  const seen = new Set([member.guid]);
  const waiting = [member];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    budget.left -= 1;
    if (budget.left < 0) return undefined;
    if (isExternal(organization, one)) return true;
    for (const inner of one.members.length === 0 ? [] : await directory.members(one)) {
      if (seen.has(inner.guid)) continue;
      seen.add(inner.guid);
      waiting.push(inner);
    }
  }
  return false;
}

/** Whether what a recipient is sent leaves the organisation: by the domain of the primary address. */
function isExternal({ domains }: Pick<Organization, 'domains'>, { primaryAddress }: Recipient): boolean {
  const domain = primaryAddress.slice(primaryAddress.lastIndexOf('@') + 1).toLowerCase();
  return !domains.some((one) => one.toLowerCase() === domain);
}
