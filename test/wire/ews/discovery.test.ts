import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { holdsOn, mailboxHolds } from '../../../shared/domain/mailbox/holds.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { elements } from '../../../shared/xml/element.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, texts } from './answers.ts';

const mary = 'mary@contoso.test';
const adam = 'adam@contoso.test';
let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  await runCmdlet(lab, 'contoso', `Add-RoleGroupMember "Discovery Management" -Member ${mary}`);
  const item = '<t:Message><t:Subject>Quince harvest</t:Subject></t:Message>';
  for (const mail of [mary, adam])
    await lab.ews(mail, `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${item}${item}</m:Items></m:CreateItem>`);
});
afterAll(() => lab.close());

const ask = async (body: string, user = mary): Promise<string> => (await lab.ews(user, body)).body;

describe('GetSearchableMailboxes', () => {
  const get = (filter: string, expand = false): Promise<string> =>
    ask(
      `<m:GetSearchableMailboxes><m:SearchFilter>${filter}</m:SearchFilter><m:ExpandGroupMembership>${expand}</m:ExpandGroupMembership></m:GetSearchableMailboxes>`,
    );

  test('mailboxes by alias, those elsewhere among them', async () => {
    const answer = await get('mary');
    expect(texts(answer, 'PrimarySmtpAddress')).toEqual([mary]);
    expect(texts(answer, 'IsExternalMailbox')).toEqual(['false']);
    expect(texts(await get('joe'), 'IsExternalMailbox')).toEqual(['true']);
    expect(texts(await get(''), 'PrimarySmtpAddress').length).toBeGreaterThan(5);
    expect(texts(await get('nobody'), 'PrimarySmtpAddress')).toEqual([]);
  });

  test('groups, and their members instead', async () => {
    const groups = all(await get(''), 'SearchableMailbox').filter((one) => texts(one, 'IsMembershipGroup')[0] === 'true');
    const [address = ''] = texts(groups[0] ?? '<x/>', 'PrimarySmtpAddress');
    expect(texts(await get(address), 'IsMembershipGroup')).toEqual(['true']);
    const members = await get(address, true);
    expect(texts(members, 'PrimarySmtpAddress')).not.toContain(address);
    expect(texts(members, 'PrimarySmtpAddress').length).toBeGreaterThan(0);
  });
});

describe('what cannot be indexed', () => {
  const get = (what: string, mailboxes: readonly string[], rest = '', user = mary): Promise<string> =>
    ask(
      `<m:GetNonIndexableItem${what}><m:Mailboxes>${mailboxes.map((one) => `<t:LegacyDN>${one}</t:LegacyDN>`).join('')}</m:Mailboxes>${rest}</m:GetNonIndexableItem${what}>`,
      user,
    );
  const archiveOnly = '<m:SearchArchiveOnly>true</m:SearchArchiveOnly>';

  test('is nothing, of one mailbox', async () => {
    const counted = await get('Statistics', [adam]);
    expect([texts(counted, 'ResponseCode'), texts(counted, 'ItemCount')]).toEqual([['NoError'], ['0']]);
    expect(texts(counted, 'Mailbox')).toEqual([expect.stringMatching(/^\/o=.*adam/i)]);
    const details = await get('Details', [texts(counted, 'Mailbox')[0] ?? ''], '<m:PageSize>5</m:PageSize>');
    expect([texts(details, 'ResponseCode'), all(details, 'Items').length, all(details, 'NonIndexableItemDetail')]).toEqual([
      ['NoError'],
      1,
      [],
    ]);
  });

  test('is told to whoever may search mailboxes, and not to whoever may hold them', async () => {
    await runCmdlet(lab, 'contoso', 'New-RoleGroup Holders -Roles "Legal Hold"');
    await runCmdlet(lab, 'contoso', `Add-RoleGroupMember Holders -Member ${adam}`);
    await runCmdlet(lab, 'contoso', 'New-RoleGroup Searchers -Roles "Mailbox Search"');
    await runCmdlet(lab, 'contoso', 'Add-RoleGroupMember Searchers -Member rob@contoso.test');
    for (const what of ['Statistics', 'Details']) {
      expect(texts(await get(what, [mary], '', adam), 'ResponseCode')).toEqual(['ErrorAccessDenied']);
      expect(texts(await get(what, [mary], '', 'rob@contoso.test'), 'ResponseCode')).toEqual(['NoError']);
    }
  });

  test('of several is not told, of none neither', async () => {
    for (const what of ['Statistics', 'Details']) {
      const answer = await get(what, [mary, adam]);
      expect([texts(answer, 'ResponseCode'), texts(answer, 'MessageText')]).toEqual([
        ['ErrorInvalidArgument'],
        ['Multiple mailboxes is currently not supported, only single mailbox is supported.'],
      ]);
      expect(texts(await get(what, ['nobody@contoso.test']), 'ErrorMessage')).toEqual(['There is no such mailbox.']);
      expect(texts(await get(what, [adam], archiveOnly), 'ErrorMessage')).toEqual(['Archive mailbox is not enabled for this user.']);
    }
  });
});

interface Search {
  readonly query?: string;
  readonly mailboxes?: readonly string[];
  readonly type?: string;
  readonly rest?: string;
  readonly scope?: string;
}

function search({
  query = 'subject:quince',
  mailboxes = [mary, adam],
  type = 'PreviewOnly',
  rest = '',
  scope = 'PrimaryOnly',
}: Search): Promise<string> {
  const scopes = mailboxes.map(
    (name) => `<t:MailboxSearchScope><t:Mailbox>${name}</t:Mailbox><t:SearchScope>${scope}</t:SearchScope></t:MailboxSearchScope>`,
  );
  return ask(
    `<m:SearchMailboxes><m:SearchQueries><t:MailboxQuery><t:Query>${query}</t:Query><t:MailboxSearchScopes>${scopes.join('')}</t:MailboxSearchScopes></t:MailboxQuery></m:SearchQueries>` +
      `<m:ResultType>${type}</m:ResultType>${rest}</m:SearchMailboxes>`,
  );
}

describe('SearchMailboxes', () => {
  test('previews what is in several mailboxes', async () => {
    const answer = await search({});
    expect(texts(answer, 'ResponseCode')).toEqual(['NoError']);
    expect(texts(answer, 'ItemCount')[0]).toBe('4');
    expect(texts(answer, 'PageItemCount')).toEqual(['4']);
    expect(texts(answer, 'Subject')).toEqual(['Quince harvest', 'Quince harvest', 'Quince harvest', 'Quince harvest']);
    expect(new Set(texts(answer, 'PrimarySmtpAddress'))).toEqual(new Set([mary, adam]));
    expect(new Set(attributes(answer, 'Id', 'Id')).size).toBe(4);
  });

  test('shows extended properties that are asked for, and less in the compact shape', async () => {
    const shape = (base: string, more = ''): string =>
      `<m:PreviewItemResponseShape><t:BaseShape>${base}</t:BaseShape>${more}</m:PreviewItemResponseShape>`;
    const paths =
      '<t:ExtendedFieldURI PropertyTag="0x0037" PropertyType="String"/><t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="nowhere" PropertyType="StringArray"/>';
    const rest = shape('Default', `<t:AdditionalProperties>${paths}</t:AdditionalProperties>`);
    const answer = await search({ mailboxes: [mary], rest });
    const [first] = all(answer, 'SearchPreviewItem');
    expect(all(present(first, answer), 'ExtendedProperty').map((one) => texts(one, 'Value'))).toEqual([['Quince harvest']]);
    expect(attributes(answer, 'ExtendedFieldURI', 'PropertyTag')).toEqual(['0x37', '0x37']);
    const compact = all(await search({ mailboxes: [mary], rest: shape('Compact') }), 'SearchPreviewItem');
    expect(elements(present(compact[0], 'an item')).map(({ name }) => name)).toEqual([
      'Id',
      'Mailbox',
      'ParentId',
      'ItemClass',
      'UniqueHash',
      'SortValue',
      'Size',
    ]);
    const wrong =
      '<t:AdditionalProperties><t:ExtendedFieldURI PropertyTag="0x0037" PropertyName="x" PropertyType="String"/></t:AdditionalProperties>';
    expect(texts(await search({ mailboxes: [mary], rest: shape('Default', wrong) }), 'ResponseCode')).toEqual([
      'ErrorInvalidExtendedProperty',
    ]);
  });

  test('counts, and says which mailboxes it could not search', async () => {
    const answer = await search({ type: 'StatisticsOnly', mailboxes: [mary, 'nobody@contoso.test', 'joe@contoso.test'] });
    expect(texts(answer, 'ItemHits')).toEqual(['2']);
    expect(all(answer, 'SearchPreviewItem')).toEqual([]);
    expect(all(answer, 'FailedMailbox').map((one) => texts(one, 'Mailbox')[0])).toEqual(['nobody@contoso.test', 'joe@contoso.test']);
    expect(texts(await search({ query: '' }), 'ErrorMessage')).toEqual([
      "The search query can't be empty.",
      "The search query can't be empty.",
    ]);
  });

  test('pages forwards and back by the reference of an item', async () => {
    const whole = texts(await search({}), 'SortValue');
    const page = (size: number, from = '', direction = 'Next'): Promise<string> =>
      search({
        rest: `<m:PageSize>${size}</m:PageSize><m:PageItemReference>${from}</m:PageItemReference><m:PageDirection>${direction}</m:PageDirection>`,
      });
    expect(texts(await page(3), 'SortValue')).toEqual(whole.slice(0, 3));
    expect(texts(await page(3, whole[2]), 'SortValue')).toEqual(whole.slice(3));
    expect(texts(await page(2, whole[3], 'Previous'), 'SortValue')).toEqual(whole.slice(1, 3));
    expect(texts(await page(2, 'x'), 'ResponseCode')).toEqual(['ErrorInvalidIndexedPagingParameters']);
  });

  test('sorted as asked, copies of a message once', async () => {
    const order = (direction: string): string => `<m:SortBy Order="${direction}"><t:FieldURI FieldURI="item:Subject"/></m:SortBy>`;
    const minutes = { query: 'NOT subject:quince', mailboxes: [mary, 'rob@contoso.test'] };
    const subjects = texts(await search({ ...minutes, rest: `${order('Ascending')}<m:PageSize>500</m:PageSize>` }), 'Subject');
    expect(subjects.length).toBeGreaterThan(20);
    const all = Number(texts(await search(minutes), 'ItemCount')[0]);
    const once = await search({ ...minutes, rest: '<m:Deduplication>true</m:Deduplication><m:PageSize>500</m:PageSize>' });
    expect(Number(texts(once, 'ItemCount')[0])).toBeLessThan(all);
    const hashes = texts(once, 'UniqueHash');
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test('archives, alone and beside mailboxes', async () => {
    const counted = async (scope: string): Promise<readonly string[]> => {
      const answer = await search({ scope, mailboxes: [adam] });
      return [texts(answer, 'ItemCount')[0] ?? '', ...texts(answer, 'ErrorMessage'), ...texts(answer, 'IsArchive')];
    };
    expect(await counted('ArchiveOnly')).toEqual(['0', 'Archive mailbox is not enabled for this user.', 'true']);
    expect(await counted('All')).toEqual(['2']);
    await runCmdlet(lab, 'contoso', 'Enable-Mailbox adam -Archive');
    expect(await counted('ArchiveOnly')).toEqual(['0']);
    const save = '<m:SavedItemFolderId><t:DistinguishedFolderId Id="archivemsgfolderroot"/></m:SavedItemFolderId>';
    const item = '<t:Message><t:Subject>Quince of old</t:Subject></t:Message>';
    await ask(`<m:CreateItem MessageDisposition="SaveOnly">${save}<m:Items>${item}</m:Items></m:CreateItem>`, adam);
    expect(await counted('ArchiveOnly')).toEqual(['1']);
    expect(await counted('PrimaryOnly')).toEqual(['2']);
    expect(await counted('All')).toEqual(['3']);
    expect(texts(await search({ scope: 'ArchiveOnly', mailboxes: [adam] }), 'Subject')).toEqual(['Quince of old']);
  });

  test('nobody without the role; no query without bounds', async () => {
    const body = '<m:GetSearchableMailboxes/>';
    expect(texts(await ask(body, adam), 'ResponseCode')).toEqual(['ErrorAccessDenied']);
    expect(texts(await search({ query: 'a '.repeat(2_000) }), 'ResponseCode')).toEqual(['ErrorSearchQueryHasTooManyKeywords']);
  });
});

describe('holds', () => {
  const set = (action: string, mailboxes: readonly string[] | undefined, id = 'Hold 1'): Promise<string> => {
    const names =
      mailboxes === undefined ? '' : `<m:Mailboxes>${mailboxes.map((name) => `<t:String>${name}</t:String>`).join('')}</m:Mailboxes>`;
    return ask(
      `<m:SetHoldOnMailboxes><m:ActionType>${action}</m:ActionType><m:HoldId>${id}</m:HoldId><m:Query>quince</m:Query>${names}</m:SetHoldOnMailboxes>`,
    );
  };
  const get = (id = 'hold 1'): Promise<string> => ask(`<m:GetHoldOnMailboxes><m:HoldId>${id}</m:HoldId></m:GetHoldOnMailboxes>`);

  test('are made, changed, told of and ended', async () => {
    expect(texts(await set('Create', [mary, 'nobody@contoso.test']), 'Status')).toEqual(['Pending', 'Failed']);
    expect(texts(await set('Create', [adam]), 'Status')).toEqual(['Pending']);
    const held = await get();
    expect(texts(held, 'Status')).toEqual(['OnHold', 'OnHold']);
    expect(texts(held, 'Query')).toEqual(['quince']);
    const told = async (rest: string): Promise<readonly (readonly string[])[]> => {
      const answer = await ask(`<m:GetDiscoverySearchConfiguration>${rest}</m:GetDiscoverySearchConfiguration>`);
      return ['SearchId', 'SearchQuery', 'PrimarySmtpAddress'].map((name) => texts(answer, name));
    };
    expect(await told('<m:SearchId>hold 1</m:SearchId>')).toEqual([['Hold 1'], ['quince'], [mary, adam]]);
    expect(await told('')).toEqual([['Hold 1'], ['quince'], [mary, adam]]);
    const only = '<m:InPlaceHoldConfigurationOnly>true</m:InPlaceHoldConfigurationOnly>';
    expect(await told(only)).toEqual([['Hold 1'], ['quince'], []]);
    expect(await told('<m:SearchId>hold 2</m:SearchId>')).toEqual([[], [], []]);
    expect(texts(await ask('<m:GetDiscoverySearchConfiguration/>', adam), 'ResponseCode')).toEqual(['ErrorAccessDenied']);
    const stored = await mailboxHolds.list(lab.store.read, 'contoso');
    const [guid] = stored[0]?.value.Mailboxes ?? [];
    if (guid === undefined) throw new Error('nothing is on hold');
    const settings = { get: () => undefined, list: () => stored.map(({ object }) => object) };
    expect(holdsOn(settings, guid).map(({ HoldId }) => HoldId)).toEqual(['Hold 1']);
    expect(texts(await set('Remove', [mary]), 'Status')).toEqual(['NotOnHold']);
    expect(texts(await get(), 'Status')).toEqual(['OnHold']);
    await set('Remove', undefined);
    expect(texts(await get(), 'ResponseCode')).toEqual(['ErrorMailboxHoldNotFound']);
    expect(texts(await set('Update', [mary], 'another'), 'ResponseCode')).toEqual(['ErrorMailboxHoldNotFound']);
  });
});
