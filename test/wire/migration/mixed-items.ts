import { expect } from 'vitest';
import type { TestLab } from '../../support/test-lab.ts';
import { responses } from '../ews/answers.ts';
import { onPremises } from './moving-lab.ts';

const atOnce = 100;

/** Kinds of items in turn, each with the folder that it goes to. */
const kinds: readonly { readonly folder: string; item(number: number): string }[] = [
  { folder: 'inbox', item: (number) => `<t:Message>${heading(number)}${bodyOf(number)}${addressee}</t:Message>` },
  { folder: 'inbox', item: (number) => `<t:Message>${heading(number)}${bodyOf(number)}${file(number)}${addressee}</t:Message>` },
  { folder: 'calendar', item: (number) => `<t:CalendarItem>${heading(number)}${hours(number)}${weekly(number)}</t:CalendarItem>` },
  {
    folder: 'contacts',
    item: (number) => `<t:Contact>${heading(number)}<t:GivenName>Ann</t:GivenName><t:Surname>Number ${number}</t:Surname></t:Contact>`,
  },
  { folder: 'tasks', item: (number) => `<t:Task>${heading(number)}<t:DueDate>${day(number)}T00:00:00Z</t:DueDate></t:Task>` },
  {
    folder: 'contacts',
    item: (number) => `<t:DistributionList>${heading(number)}<t:DisplayName>list ${number}</t:DisplayName>${members}</t:DistributionList>`,
  },
];

const heading = (number: number): string => `<t:Subject>item ${number}</t:Subject>`;
const bodyOf = (number: number): string => `<t:Body BodyType="Text">text of item ${number}</t:Body>`;
const addressee = '<t:ToRecipients><t:Mailbox><t:EmailAddress>rob@contoso.test</t:EmailAddress></t:Mailbox></t:ToRecipients>';
const members =
  '<t:Members><t:Member><t:Mailbox><t:Name>Rob</t:Name><t:EmailAddress>rob@contoso.test</t:EmailAddress><t:RoutingType>SMTP</t:RoutingType><t:MailboxType>OneOff</t:MailboxType></t:Mailbox></t:Member></t:Members>';
const day = (number: number): string => `2027-0${1 + (number % 9)}-${String(1 + (number % 28)).padStart(2, '0')}`;
const hours = (number: number): string => `<t:Start>${day(number)}T09:00:00Z</t:Start><t:End>${day(number)}T10:00:00Z</t:End>`;

function file(number: number): string {
  const content = Buffer.alloc(2_000, `octets of ${number};`).toString('base64');
  return `<t:Attachments><t:FileAttachment><t:Name>file ${number}.bin</t:Name><t:Content>${content}</t:Content></t:FileAttachment></t:Attachments>`;
}

/** Every other appointment repeats. */
function weekly(number: number): string {
  if (Math.floor(number / kinds.length) % 2 === 0) return '';
  const pattern = '<t:DailyRecurrence><t:Interval>2</t:Interval></t:DailyRecurrence>';
  return `<t:Recurrence>${pattern}<t:NumberedRecurrence><t:StartDate>${day(number)}</t:StartDate><t:NumberOfOccurrences>5</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>`;
}

/** Puts so many items of all kinds into a mailbox by EWS, the configurations, which are associated items of the Inbox, among them. */
export async function fillMixed(lab: TestLab, mail: string, count: number, configurations: readonly string[]): Promise<void> {
  for (const name of configurations) {
    const entry = `<t:DictionaryEntry><t:DictionaryKey><t:Type>String</t:Type><t:Value>of</t:Value></t:DictionaryKey><t:DictionaryValue><t:Type>String</t:Type><t:Value>${name}</t:Value></t:DictionaryValue></t:DictionaryEntry>`;
    const named = `<t:UserConfigurationName Name="${name}"><t:DistinguishedFolderId Id="inbox"/></t:UserConfigurationName>`;
    const create = `<m:CreateUserConfiguration><m:UserConfiguration>${named}<t:Dictionary>${entry}</t:Dictionary></m:UserConfiguration></m:CreateUserConfiguration>`;
    const { body } = await lab.ews(mail, create, { organization: onPremises });
    expect(responses(body)).toMatchObject([{ class: 'Success' }]);
  }
  const left = count - configurations.length;
  for (const [place, { folder, item }] of kinds.entries()) {
    const numbers = Array.from({ length: left }, (_, number) => number).filter((number) => number % kinds.length === place);
    for (let first = 0; first < numbers.length; first += atOnce) {
      const items = numbers.slice(first, first + atOnce).map(item);
      const saved = `<m:SavedItemFolderId><t:DistinguishedFolderId Id="${folder}"/></m:SavedItemFolderId><m:Items>${items.join('')}</m:Items>`;
      const create = `<m:CreateItem MessageDisposition="SaveOnly" SendMeetingInvitations="SendToNone">${saved}</m:CreateItem>`;
      const { body } = await lab.ews(mail, create, { organization: onPremises });
      expect(responses(body).filter((one) => one.class !== 'Success')).toEqual([]);
    }
  }
}
