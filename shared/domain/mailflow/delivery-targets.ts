import type { Guid } from '../../kernel/ids.ts';
import type { Executor } from '../../store/database.ts';
import type { Directory } from '../directory/directory.ts';
import { arePublicFoldersLocked, arePublicFoldersMigrated } from '../directory/public-folders.ts';
import { isGroup, localMailbox, publicFolderMailbox, type Recipient } from '../directory/recipient.ts';
import { getFolder } from '../mailbox/folders.ts';
import { readOrganizationConfig } from '../organization/organization-config.ts';

/** Places that one recipient may lead to through groups: a bound of ours. */
const mostTargets = 500;

/** Where mail for a recipient comes in. */
export interface DeliveryTarget {
  readonly mailbox: Guid;
  /** A public folder, by its counter in that mailbox; a person's mailbox decides by its rules. */
  readonly folder?: number;
  /** What the recipient is called, or the member of a group. */
  readonly address: string;
}

/** Where a recipient's mail comes in here: his mailbox, or a public folder; undefined where it comes in elsewhere, or a group stands for others. */
export async function deliveryTarget(directory: Directory, recipient: Recipient, address: string): Promise<DeliveryTarget | undefined> {
  const mailbox = localMailbox(recipient);
  if (mailbox !== null) return { mailbox, address };
  const folder = recipient.settings.publicFolderCounter;
  if (folder === undefined) return undefined;
  for (const one of await directory.all()) {
    const hierarchy = publicFolderMailbox(one);
    if (hierarchy !== null) return { mailbox: hierarchy, folder, address };
  }
  return undefined;
}

/** Whether a place is there: somebody may have deleted a public folder whose addresses are still in the directory. */
export async function isThere(read: Executor, { mailbox, folder }: DeliveryTarget): Promise<boolean> {
  return folder === undefined || (await getFolder(read, mailbox, folder)) !== undefined;
}

interface TargetGround {
  readonly read: Executor;
  readonly directory: Directory;
  readonly isHeld?: ((mailbox: Guid) => Promise<boolean>) | undefined;
}

/**
 * All places that a recipient leads to, each once; groups are followed. Undefined where mail flow has the say: somebody's mail
 * comes in elsewhere or waits for a moderator, a place has gone or takes nothing now, public folders are locked or were carried away, or there are too many.
 */
export async function targetsHere(
  { read, directory, isHeld }: TargetGround,
  recipient: Recipient | undefined,
  address: string,
): Promise<readonly DeliveryTarget[] | undefined> {
  const targets = new Map<string, DeliveryTarget>();
  const expanded = new Set<Guid>();
  const open = [{ recipient, address }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { recipient: one, address: name } = next;
    if (one?.settings.moderationEnabled === true) return undefined;
    const target = one === undefined ? undefined : await deliveryTarget(directory, one, name);
    if (target !== undefined) {
      if (target.folder !== undefined && !(await takesMail(read, directory.organization))) return undefined;
      if (targets.size >= mostTargets || !(await isThere(read, target)) || (await isHeld?.(target.mailbox))) return undefined;
      targets.set(`${target.mailbox} ${target.folder ?? ''}`, target);
    } else if (one === undefined || !isGroup(one)) return undefined;
    else if (!expanded.has(one.guid)) {
      expanded.add(one.guid);
      for (const member of await directory.members(one)) open.push({ recipient: member, address: member.primaryAddress });
    }
  }
  return [...targets.values()];
}

/** Whether public folders are where they were, and open. */
async function takesMail(read: Executor, organization: string): Promise<boolean> {
  const config = await readOrganizationConfig(read, organization);
  return !arePublicFoldersLocked(config) && !arePublicFoldersMigrated(config);
}
