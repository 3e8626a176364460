import { present } from '../../../shared/kernel/assert.ts';
import { all, attributes, responses, texts } from './answers.ts';

const everyEvent = ['Copied', 'Created', 'Deleted', 'Modified', 'Moved', 'NewMail', 'FreeBusyChanged'];

/** What is followed: all folders, or the distinguished ones of these names (of a colleague: `mail/name`). */
export interface Wish {
  readonly folders?: readonly string[];
  readonly events?: readonly string[];
  /** Inside the request, behind the event types. */
  readonly rest?: string;
}

/** Whoever can be asked: a lab of this process, or a client of another. */
interface Asked {
  ews(mail: string, body: string): Promise<{ readonly body: string }>;
}

type Kind = 'Pull' | 'Push' | 'Streaming';

function subscribeBody(kind: Kind, { folders, events = everyEvent, rest = '' }: Wish = {}): string {
  const named = (folders ?? []).map((folder) => {
    const [name = '', mail] = folder.split('/').reverse();
    const mailbox = mail === undefined ? '' : `<t:Mailbox><t:EmailAddress>${mail}</t:EmailAddress></t:Mailbox>`;
    return `<t:DistinguishedFolderId Id="${name}">${mailbox}</t:DistinguishedFolderId>`;
  });
  const ids = folders === undefined ? '' : `<t:FolderIds>${named.join('')}</t:FolderIds>`;
  const types = `<t:EventTypes>${events.map((event) => `<t:EventType>${event}Event</t:EventType>`).join('')}</t:EventTypes>`;
  const everywhere = folders === undefined ? ' SubscribeToAllFolders="true"' : '';
  return `<m:Subscribe><m:${kind}SubscriptionRequest${everywhere}>${ids}${types}${rest}</m:${kind}SubscriptionRequest></m:Subscribe>`;
}

export interface Subscribed {
  readonly code: string;
  readonly id: string;
  readonly watermark: string;
}

export async function subscribe(lab: Asked, mail: string, kind: Kind, wish: Wish = {}): Promise<Subscribed> {
  const rest = wish.rest ?? (kind === 'Pull' ? '<t:Timeout>10</t:Timeout>' : '');
  const { body } = await lab.ews(mail, subscribeBody(kind, { ...wish, rest }));
  const [message] = responses(body);
  return { code: present(message, body).code, id: texts(body, 'SubscriptionId')[0] ?? '', watermark: texts(body, 'Watermark')[0] ?? '' };
}

/** Asks once; the answer, its code, the watermark to ask with next time, and the events in the short form of {@link eventsIn}. */
export async function getEvents(lab: Asked, mail: string, { id, watermark }: Pick<Subscribed, 'id' | 'watermark'>) {
  const { body } = await lab.ews(
    mail,
    `<m:GetEvents><m:SubscriptionId>${id}</m:SubscriptionId><m:Watermark>${watermark}</m:Watermark></m:GetEvents>`,
  );
  return {
    body,
    code: responses(body)[0]?.code ?? '',
    watermark: texts(body, 'Watermark').at(-1) ?? watermark,
    more: texts(body, 'MoreEvents')[0] === 'true',
    events: eventsIn(body),
  };
}

/** `Created item`, `Modified folder` ... in the order in which they are told; a status is none. */
export function eventsIn(body: string): readonly string[] {
  return all(body, 'Notification').flatMap((notification) =>
    everyEventElements(notification).map((event) => {
      const what = all(event, 'ItemId').length > 0 ? 'item' : 'folder';
      return `${event.name.replace(/Event$/, '')} ${what}`;
    }),
  );
}

function everyEventElements(notification: Parameters<typeof all>[0]) {
  return typeof notification === 'string'
    ? []
    : notification.children.flatMap((part) =>
        typeof part !== 'string' && part.name.endsWith('Event') && part.name !== 'StatusEvent' ? [part] : [],
      );
}

/** Puts a message into a folder and answers its id. */
export async function createMessage(lab: Asked, mail: string, subject: string, folder = 'drafts'): Promise<string> {
  const { body } = await lab.ews(
    mail,
    `<m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId><t:DistinguishedFolderId Id="${folder}"/></m:SavedItemFolderId><m:Items><t:Message><t:Subject>${subject}</t:Subject></t:Message></m:Items></m:CreateItem>`,
  );
  return present(attributes(body, 'ItemId', 'Id')[0], body);
}

export async function deleteItem(lab: Asked, mail: string, id: string, how = 'HardDelete'): Promise<void> {
  await lab.ews(mail, `<m:DeleteItem DeleteType="${how}"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`);
}

/** Sends a message, which is delivered at once. */
export async function sendMessage(lab: Asked, from: string, to: string, subject: string): Promise<void> {
  await lab.ews(
    from,
    `<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>${subject}</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>${to}</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>`,
  );
}
