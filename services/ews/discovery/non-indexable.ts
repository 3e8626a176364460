import { localArchive, type Recipient } from '../../../shared/domain/directory/recipient.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import { discoveryGround, mailboxNamed } from './ground.ts';

/** What a request says of a mailbox. */
interface Asked {
  readonly Mailboxes: readonly string[];
  readonly SearchArchiveOnly?: boolean | undefined;
}

/** What was found of the one mailbox that was asked for. */
export interface AskedMailbox {
  readonly mailbox: Recipient | undefined;
  readonly name: string;
  /** Why it was not looked at. */
  readonly failure?: string;
}

/**
 * The one mailbox in which somebody with the role Mailbox Search wants to know what cannot be indexed. Several are refused,
 * in the sentence of Microsoft's pages; a mailbox that is not there is told of in the answer (inferred).
 */
export async function askedMailbox(call: EwsCall, { Mailboxes, SearchArchiveOnly }: Asked): Promise<AskedMailbox> {
  const { directory } = await discoveryGround(call, 'Mailbox Search');
  const [name = '', another] = Mailboxes;
  if (another !== undefined)
    throw ewsRefusal('ErrorInvalidArgument', { text: 'Multiple mailboxes is currently not supported, only single mailbox is supported.' });
  const mailbox = await mailboxNamed(directory, name);
  if (mailbox === undefined) return { mailbox, name, failure: 'There is no such mailbox.' };
  if (SearchArchiveOnly === true && localArchive(mailbox) === null)
    return { mailbox, name, failure: 'Archive mailbox is not enabled for this user.' };
  return { mailbox, name };
}
