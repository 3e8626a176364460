import { expect } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import type { TestLab } from '../../support/test-lab.ts';
import { ids, responses, texts } from './answers.ts';

export const [mary, rob, adam] = ['mary@contoso.test', 'rob@contoso.test', 'adam@contoso.test'];
let lab: Pick<TestLab, 'ews'>;

/** Whom the requests below are asked of. */
export function askOf(asked: Pick<TestLab, 'ews'>): void {
  lab = asked;
}

export const ask = async (who: string, body: string): Promise<string> => (await lab.ews(who, body)).body;
export const codes = (body: string): readonly string[] => responses(body).map(({ code }) => code);
export const people = (list: string, ...mails: readonly string[]): string =>
  `<t:${list}>${mails.map((mail) => `<t:Attendee><t:Mailbox><t:EmailAddress>${mail}</t:EmailAddress></t:Mailbox></t:Attendee>`).join('')}</t:${list}>`;

export interface Meeting {
  readonly subject: string;
  readonly start?: string;
  readonly end?: string;
  readonly required?: readonly string[];
  readonly more?: string;
  readonly send?: string;
  readonly sensitivity?: string;
}

export const createMeeting = (who: string, meeting: Meeting): Promise<string> => {
  const {
    subject,
    start = '2026-11-24T10:00:00Z',
    end = '2026-11-24T11:00:00Z',
    required = [rob],
    more = '',
    send = 'SendToAllAndSaveCopy',
    sensitivity = 'Normal',
  } = meeting;
  const attendees = required.length === 0 ? '' : people('RequiredAttendees', ...required);
  return ask(
    who,
    `<m:CreateItem SendMeetingInvitations="${send}"><m:Items><t:CalendarItem><t:Subject>${subject}</t:Subject><t:Sensitivity>${sensitivity}</t:Sensitivity>` +
      `<t:Body BodyType="Text">Bring ideas.</t:Body><t:Start>${start}</t:Start><t:End>${end}</t:End><t:Location>Room 1</t:Location>` +
      `${attendees}${more}</t:CalendarItem></m:Items></m:CreateItem>`,
  );
};
export async function invited(who: string, meeting: Meeting): Promise<string> {
  const answer = await createMeeting(who, meeting);
  expect(codes(answer)).toEqual(['NoError']);
  return present(ids(answer)[0]?.id, answer);
}
/** Everything of the newest item of a folder with that subject; undefined where there is none. */
export async function newest(who: string, folder: string, subject: string): Promise<string | undefined> {
  const found = await ask(
    who,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:SortOrder><t:FieldOrder Order="Descending"><t:FieldURI FieldURI="item:DateTimeCreated"/></t:FieldOrder></m:SortOrder><m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`,
  );
  const id = ids(found)[0]?.id;
  return id === undefined ? undefined : get(who, id);
}
export const get = (who: string, id: string): Promise<string> =>
  ask(
    who,
    `<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="calendar:IsOrganizer"/></t:AdditionalProperties></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
  );
export const found = async (who: string, folder: string, subject: string): Promise<string> =>
  present(await newest(who, folder, subject), `${subject} in ${folder} of ${who}`);
export const idOf = (item: string): string => present(ids(item)[0]?.id, item);
export const one = (item: string, ...names: readonly string[]): readonly (string | undefined)[] =>
  names.map((name) => texts(item, name)[0]);
export const respond = (who: string, element: string, id: string, inner = '', disposition = 'SendAndSaveCopy'): Promise<string> =>
  ask(
    who,
    `<m:CreateItem MessageDisposition="${disposition}"><m:Items><t:${element}>${inner.startsWith('<t:Body') ? inner : ''}<t:ReferenceItemId Id="${id}"/>${inner.startsWith('<t:Body') ? '' : inner}</t:${element}></m:Items></m:CreateItem>`,
  );

export const update = (
  who: string,
  id: string,
  send: string,
  ...fields: readonly (readonly [uri: string, xml: string])[]
): Promise<string> =>
  ask(
    who,
    `<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="${send}"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates>${fields
      .map(([uri, xml]) => `<t:SetItemField><t:FieldURI FieldURI="${uri}"/><t:CalendarItem>${xml}</t:CalendarItem></t:SetItemField>`)
      .join('')}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
  );
export const erase = (who: string, id: string, send: string): Promise<string> =>
  ask(
    who,
    `<m:DeleteItem DeleteType="MoveToDeletedItems" SendMeetingCancellations="${send}"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`,
  );
export const start = (time: string): readonly [string, string] => ['calendar:Start', `<t:Start>${time}</t:Start>`];
export const end = (time: string): readonly [string, string] => ['calendar:End', `<t:End>${time}</t:End>`];
export const location = (where: string): readonly [string, string] => ['calendar:Location', `<t:Location>${where}</t:Location>`];
