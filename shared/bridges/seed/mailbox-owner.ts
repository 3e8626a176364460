import type { World, WorldContent, WorldRecipient } from '../../domain/world/world.ts';
import { present } from '../../kernel/assert.ts';
import type { Guid } from '../../kernel/ids.ts';
import type { MimeAddress } from '../../protocols/mime/message.ts';

/** A mailbox that is to be filled. */
export interface MailboxOwner extends MimeAddress {
  readonly organization: string;
  readonly mailbox: Guid;
  readonly type: WorldRecipient['type'];
  readonly content: WorldContent;
}

/** Every mailbox of a world, in its order. */
export function mailboxOwners(world: World): readonly MailboxOwner[] {
  return world.organizations.flatMap(({ name: organization, recipients }) =>
    recipients.flatMap(({ type, displayName, mail, exchangeGuid, content }) => {
      if (type !== 'UserMailbox' && type !== 'SharedMailbox' && type !== 'RoomMailbox') return [];
      return [
        { organization, mailbox: present(exchangeGuid, `the mailbox GUID of ${mail}`), type, name: displayName, address: mail, content },
      ];
    }),
  );
}

/** The address as it stands in a header. */
export function addressOf({ name, address }: MimeAddress): MimeAddress {
  return { name, address };
}
