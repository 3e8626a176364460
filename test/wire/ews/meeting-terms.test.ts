import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '../../../shared/kernel/assert.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, texts } from './answers.ts';
import {
  adam,
  ask,
  askOf,
  codes,
  createMeeting,
  found,
  get,
  idOf,
  invited,
  location,
  mary,
  newest,
  one,
  people,
  respond,
  rob,
  update,
} from './meeting-requests.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-21T09:00Z' });
  askOf(lab);
});
afterAll(() => lab.close());

describe('where a meeting is', () => {
  const place =
    '<t:EnhancedLocation><t:DisplayName>Opera</t:DisplayName><t:Annotation>Stage door</t:Annotation><t:PostalAddress><t:Street>Am Platz 1</t:Street><t:City>Dresden</t:City><t:Country>Germany</t:Country><t:PostalCode>01067</t:PostalCode><t:Latitude>51.0542</t:Latitude><t:Longitude>13.7353</t:Longitude><t:LocationSource>PhonebookServices</t:LocationSource></t:PostalAddress></t:EnhancedLocation>';
  const parts = ['DisplayName', 'Annotation', 'Street', 'City', 'PostalCode', 'Latitude', 'Longitude', 'LocationSource'];
  const whole = ['Opera', 'Stage door', 'Am Platz 1', 'Dresden', '01067', '51.0542', '13.7353', 'PhonebookServices'];

  test('is kept whole, and known to those who are asked', async () => {
    const id = await invited(mary, { subject: 'Premiere' });
    expect(codes(await update(mary, id, 'SendToAllAndSaveCopy', ['calendar:EnhancedLocation', place]))).toEqual(['NoError']);
    for (const item of [await get(mary, id), await found(rob, 'calendar', 'Premiere'), await found(rob, 'inbox', 'Premiere')]) {
      const enhanced = present(all(item, 'EnhancedLocation')[0], item);
      expect([parts.map((name) => texts(enhanced, name)[0]), texts(item, 'Location')[0]]).toEqual([whole, 'Opera']);
    }
  });

  test('is another place as soon as it is called otherwise', async () => {
    const id = await invited(mary, { subject: 'Rehearsal' });
    await update(mary, id, 'SendToNone', ['calendar:EnhancedLocation', place]);
    await update(mary, id, 'SendToNone', location('Room 3'));
    expect(all(await get(mary, id), 'EnhancedLocation').map((one) => texts(one, 'DisplayName'))).toEqual([['Room 3']]);
    expect(all(await get(mary, id), 'PostalAddress')).toEqual([]);
    await update(mary, id, 'SendToNone', [
      'calendar:EnhancedLocation',
      '<t:EnhancedLocation><t:DisplayName>Opera</t:DisplayName></t:EnhancedLocation>',
    ]);
    expect(all(await get(mary, id), 'PostalAddress')).toEqual([]);
    const clear = `<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates><t:DeleteItemField><t:FieldURI FieldURI="calendar:EnhancedLocation"/></t:DeleteItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
    expect(codes(await ask(mary, clear))).toEqual(['NoError']);
    expect(all(await get(mary, id), 'EnhancedLocation')).toEqual([]);
    const nowhere = place.replace('51.0542', 'INF');
    expect(codes(await update(mary, id, 'SendToNone', ['calendar:EnhancedLocation', nowhere]))).toEqual(['ErrorInvalidArgument']);
  });
});

describe('a meeting that is not to be forwarded', () => {
  test('is forwarded by its organizer alone', async () => {
    const id = await invited(mary, { subject: 'Secret', more: '<t:DoNotForwardMeeting>true</t:DoNotForwardMeeting>' });
    const to = `<t:ToRecipients><t:Mailbox><t:EmailAddress>${adam}</t:EmailAddress></t:Mailbox></t:ToRecipients>`;
    const forward = (who: string, of: string): Promise<string> =>
      ask(
        who,
        `<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:ForwardItem>${to}<t:ReferenceItemId Id="${of}"/></t:ForwardItem></m:Items></m:CreateItem>`,
      );
    for (const folder of ['inbox', 'calendar']) {
      const his = await found(rob, folder, 'Secret');
      expect(one(his, 'DoNotForwardMeeting')).toEqual(['true']);
      expect(his).not.toContain('<t:ForwardItem/>');
      expect(codes(await forward(rob, idOf(his)))).toEqual(['ErrorInvalidReferenceItem']);
    }
    expect(await newest(adam, 'inbox', 'FW: Secret')).toBeUndefined();
    expect(codes(await respond(rob, 'AcceptItem', idOf(await found(rob, 'inbox', 'Secret'))))).toEqual(['NoError']);
    expect(codes(await forward(mary, id))).toEqual(['NoError']);
    expect(await newest(adam, 'inbox', 'FW: Secret')).toBeDefined();
    await update(mary, id, 'SendToAllAndSaveCopy', [
      'calendar:DoNotForwardMeeting',
      '<t:DoNotForwardMeeting>false</t:DoNotForwardMeeting>',
    ]);
    expect(codes(await forward(rob, idOf(await found(rob, 'calendar', 'Secret'))))).toEqual(['NoError']);
  });
});

describe('a crowd', () => {
  const crowd = (count: number): string =>
    people('OptionalAttendees', ...Array.from({ length: count }, (_, index) => `p${index}@contoso.test`));

  test('of five thousand is kept, one more is too many, and so are five hundred and one who are told', async () => {
    const quiet = { required: [], send: 'SendToNone' };
    const kept = await createMeeting(mary, { ...quiet, subject: 'All hands', more: crowd(5_000) });
    expect(codes(kept)).toEqual(['NoError']);
    expect(texts(await get(mary, idOf(kept)), 'ResponseType')).toHaveLength(5_000);
    expect(codes(await createMeeting(mary, { ...quiet, subject: 'More', more: crowd(5_001) }))).toEqual(['ErrorInvalidRecipients']);
    expect(codes(await createMeeting(mary, { ...quiet, subject: 'Told', more: crowd(501), send: 'SendOnlyToAll' }))).toEqual([
      'ErrorInvalidRecipients',
    ]);
    expect(await newest(mary, 'calendar', 'Told')).toBeUndefined();
  });
});
