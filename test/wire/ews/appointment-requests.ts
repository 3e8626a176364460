import { expect } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import type { TestLab } from '../../support/test-lab.ts';
import { ids, responses, texts } from './answers.ts';

const version = (of: string): string => `<t:RequestServerVersion Version="${of}"/>`;
export const context = (id: string, of = 'Exchange2013_SP1'): string =>
  `${version(of)}<t:TimeZoneContext><t:TimeZoneDefinition Id="${id}"/></t:TimeZoneContext>`;
export const modern = version('Exchange2013_SP1');
export const code = (body: string): string | undefined => responses(body)[0]?.code;
export const field = (uri: string): string => `<t:FieldURI FieldURI="${uri}"/>`;
export const set = (uri: string, inner: string): string =>
  `<t:SetItemField>${field(uri)}<t:CalendarItem>${inner}</t:CalendarItem></t:SetItemField>`;
/** The first text of each element, as `Name=text`. */
export const facts = (body: string, ...names: readonly string[]): readonly string[] => names.map((name) => texts(body, name)[0] ?? '-');
export const times = (start: string, end: string): string => `<t:Start>${start}</t:Start><t:End>${end}</t:End>`;

/** Requests about appointments of somebody; those that are saved or updated must be. */
export function appointmentRequests(lab: () => TestLab, user: string) {
  const ask = async (body: string, header = modern): Promise<string> => (await lab().ews(user, body, { header })).body;
  const create = (inner: string, header = modern, send = 'SendToNone'): Promise<string> =>
    ask(
      `<m:CreateItem SendMeetingInvitations="${send}"><m:Items><t:CalendarItem>${inner}</t:CalendarItem></m:Items></m:CreateItem>`,
      header,
    );
  const saved = async (inner: string, header = modern): Promise<string> => {
    const body = await create(inner, header);
    expect(code(body)).toBe('NoError');
    return present(ids(body)[0]?.id, body);
  };
  const get = (id: string, header = modern, paths: readonly string[] = []): Promise<string> =>
    ask(
      `<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape>${
        paths.length === 0 ? '' : `<t:AdditionalProperties>${paths.map(field).join('')}</t:AdditionalProperties>`
      }</m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
      header,
    );
  const update = (
    id: string,
    updates: string,
    header = modern,
    send = ' SendMeetingInvitationsOrCancellations="SendToNone"',
  ): Promise<string> =>
    ask(
      `<m:UpdateItem ConflictResolution="AlwaysOverwrite"${send}><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates>${updates}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
      header,
    );
  const updated = async (id: string, updates: string, header = modern): Promise<string> => {
    const body = await update(id, updates, header);
    expect(code(body)).toBe('NoError');
    return get(id, header);
  };
  return { ask, create, saved, get, update, updated };
}
