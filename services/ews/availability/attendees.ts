import { type ExpandedGroup, expandedGroup } from '../../../shared/bridges/access/expanded-group.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import type { EwsCall } from '../context.ts';
import { recipientPlace } from '../recipient-place.ts';
import type { AvailabilityRequest } from './question.ts';

export type MailboxData = AvailabilityRequest['MailboxDataArray'][number];

/** Whom an entry of a request stands for. */
export type Attendee =
  | { readonly is: 'one'; readonly mailbox: MailboxData }
  | { readonly is: 'group'; readonly mailbox: MailboxData; readonly members: readonly MailboxData[]; readonly unexpanded: number }
  | { readonly is: 'too-big-group'; readonly mailbox: MailboxData };

/** Members of groups in one request; the limit is ours. Groups beyond it are as if they were too large. */
const mostMembers = 1_000;

/** The entries of a request, with the members of groups. */
export async function attendeesOf(
  { context, organization }: Pick<EwsCall, 'context' | 'organization'>,
  mailboxes: readonly MailboxData[],
): Promise<readonly Attendee[]> {
  const directory = context.directory(organization.name);
  let members = 0;
  const attendees: Attendee[] = [];
  for (const mailbox of mailboxes) {
    const place = await recipientPlace(directory, organization, mailbox.Email);
    if (place.is !== 'group') attendees.push({ is: 'one', mailbox });
    else {
      const expanded = members > mostMembers ? undefined : await expandedGroup(directory, place.group);
      members += expanded?.members.length ?? 0;
      attendees.push(groupOf(mailbox, expanded));
    }
  }
  return attendees;
}

function groupOf(mailbox: MailboxData, expanded: ExpandedGroup | undefined): Attendee {
  if (expanded === undefined) return { is: 'too-big-group', mailbox };
  const member = ({ primaryAddress }: Recipient): MailboxData => ({ ...mailbox, Email: { Address: primaryAddress } });
  return { is: 'group', mailbox, members: expanded.members.map(member), unexpanded: expanded.unexpanded };
}
