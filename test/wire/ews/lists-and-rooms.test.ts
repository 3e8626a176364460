import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, attributes, responses, texts } from './answers.ts';

const mary = 'mary@contoso.test';
let lab: TestLab;
type Shown = Readonly<Record<'Name' | 'RecipientType' | 'RecipientTypeDetails', string>>;
const shell = (line: string) => runCmdlet<Shown>(lab, 'contoso', line);
const addresses = (answer: string) => texts(answer, 'EmailAddress').map((address) => address.toLowerCase());
const ask = async (body: string): Promise<string> => (await lab.ews(mary, body)).body;

beforeAll(async () => {
  lab = await openTestLab({ clock: 'frozen@2026-11-04T09:00Z' });
  for (const name of ['Fjord', 'Glacier']) await shell(`New-Mailbox ${name} -Room`);
  await shell('New-DistributionGroup Oslo -RoomList -Members fjord,glacier,rob');
  await shell('New-DistributionGroup Everywhere -Members oslo,mary');
});
afterAll(() => lab.close());

describe('ExpandDL', () => {
  const expand = (name: string): Promise<string> =>
    ask(`<m:ExpandDL><m:Mailbox><t:EmailAddress>${name}</t:EmailAddress></m:Mailbox></m:ExpandDL>`);

  test('tells the members of one group; a group among them stays one, a group in itself comes to an end', async () => {
    const answer = await expand('everywhere@contoso.test');
    expect(addresses(answer)).toEqual(['oslo@contoso.test', mary]);
    expect(texts(answer, 'MailboxType')).toEqual(['PublicDL', 'Mailbox']);
    expect(attributes(answer, 'DLExpansion', 'TotalItemsInView')).toEqual(['2']);
  });

  test.each(['SMTP:everywhere@contoso.test', 'Everywhere', ' everywhere '])('finds the group by %s', async (name) => {
    expect(addresses(await expand(name))).toHaveLength(2);
  });

  test('finds nobody by a mailbox or a hidden group, and does not choose between two', async () => {
    expect(responses(await expand(mary))[0]?.code).toBe('ErrorNameResolutionNoResults');
    await shell('New-DistributionGroup Other -Alias other2 -DisplayName Both -Members mary');
    await shell('New-DistributionGroup Both -Alias both1 -Members mary');
    expect(responses(await expand('Both'))[0]?.code).toBe('ErrorNameResolutionMultipleResults');
    await shell('Set-DistributionGroup both1 -HiddenFromAddressListsEnabled $true');
    expect(addresses(await expand('Both'))).toEqual([mary]);
    expect(responses(await expand('both1@contoso.test'))[0]?.code).toBe('ErrorNameResolutionNoResults');
  });

  test('refuses an item that is no list, and no name at all', async () => {
    const made = await ask(
      '<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message><t:Subject>x</t:Subject></t:Message></m:Items></m:CreateItem>',
    );
    const [id = ''] = attributes(made, 'ItemId', 'Id');
    const answer = await ask(`<m:ExpandDL><m:Mailbox><t:ItemId Id="${id}"/></m:Mailbox></m:ExpandDL>`);
    expect(responses(answer)[0]?.code).toBe('ErrorInvalidItemForOperationExpandDL');
    expect(responses(await ask('<m:ExpandDL><m:Mailbox/></m:ExpandDL>'))[0]?.code).toBe('ErrorMissingInformationEmailAddress');
  });
});

describe('rooms', () => {
  const rooms = (list: string): Promise<string> =>
    ask(`<m:GetRooms><m:RoomList><t:EmailAddress>${list}</t:EmailAddress></m:RoomList></m:GetRooms>`);

  test('lists of rooms, and the rooms of one', async () => {
    const lists = await ask('<m:GetRoomLists/>');
    expect(addresses(lists)).toEqual(['oslo@contoso.test']);
    expect(texts(lists, 'MailboxType')).toEqual(['PublicDL']);
    const answer = await rooms('oslo@contoso.test');
    expect(all(answer, 'Room').map((room) => texts(room, 'Name')[0])).toEqual(['Fjord', 'Glacier']);
  });

  test('a group becomes a room list, a security group does not', async () => {
    await shell('New-DistributionGroup Bergen -Members glacier');
    expect(texts(await rooms('bergen@contoso.test'), 'ResponseCode')).toEqual(['ErrorNameResolutionNoResults']);
    await shell('Set-DistributionGroup bergen -RoomList');
    expect(addresses(await rooms('bergen@contoso.test'))).toEqual(['glacier@contoso.test']);
    expect(texts(await ask('<m:GetRoomLists/>'), 'Name')).toEqual(['Bergen', 'Oslo']);
    await expect(shell('New-DistributionGroup Vault -Type Security -RoomList')).rejects.toThrow('cannot be a room list');
  });

  test('the shell tells room lists apart', async () => {
    const found = await shell('Get-DistributionGroup -RecipientTypeDetails RoomList');
    expect(found.map(({ Name, RecipientTypeDetails, RecipientType }) => [Name, RecipientTypeDetails, RecipientType])).toContainEqual([
      'Oslo',
      'RoomList',
      'MailUniversalDistributionGroup',
    ]);
    const others = await shell('Get-DistributionGroup -RecipientTypeDetails MailUniversalDistributionGroup');
    expect(others.map(({ Name }) => Name)).not.toContain('Oslo');
    const filtered = await shell('Get-Recipient -Filter "RecipientTypeDetails -eq \'RoomList\'"');
    expect(filtered.map(({ Name }) => Name)).toContain('Oslo');
  });
});
