import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { present } from '../../shared/kernel/assert.ts';
import { javascriptService } from '../support/javascript-service.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const { CalendarFolder, DeleteMode, EmailMessage, Folder, FolderId, FolderPermission } = ews;
const { FolderPermissionLevel, FolderSchema, FolderView, ItemView, Mailbox, PropertySet, ServiceError } = ews;
const { UserConfiguration, UserConfigurationProperties, UserId, WellKnownFolderName } = ews;

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const serviceOf = (user: string) => javascriptService(lab, user);
type Service = ReturnType<typeof serviceOf>;

async function made(service: Service, name: string, parent: InstanceType<typeof FolderId> | number) {
  const folder = new Folder(service);
  folder.DisplayName = name;
  await (typeof parent === 'number' ? folder.Save(parent) : folder.Save(parent));
  return folder;
}

async function namesIn(service: Service, parent: InstanceType<typeof FolderId> | number): Promise<readonly string[]> {
  const view = new FolderView(50);
  const found = await (typeof parent === 'number' ? service.FindFolders(parent, view) : service.FindFolders(parent, view));
  return found.Folders.map(({ DisplayName }) => DisplayName);
}

async function draftIn(service: Service, folder: InstanceType<typeof FolderId>, subject: string) {
  const message = new EmailMessage(service);
  message.Subject = subject;
  await message.Save(folder);
}

async function subjectsIn(service: Service, folder: InstanceType<typeof FolderId> | number): Promise<readonly string[]> {
  const view = new ItemView(50);
  const found = await (typeof folder === 'number' ? service.FindItems(folder, view) : service.FindItems(folder, view));
  return found.Items.map(({ Subject }) => Subject).sort();
}

/** The code of what a client was refused. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => 'nothing',
    (reason: unknown) => reason,
  );
  return ServiceError[(error as { ErrorCode: number }).ErrorCode] ?? String(error);
}

test('folders are made, renamed, moved, copied with what is in them, emptied and deleted', async () => {
  const service = serviceOf('mary');
  const plans = await made(service, 'Plans', WellKnownFolderName.Inbox);
  const old = await made(service, 'Old', WellKnownFolderName.MsgFolderRoot);
  await made(service, 'Sketches', plans.Id);
  for (const subject of ['one', 'two', 'three']) await draftIn(service, plans.Id, subject);
  plans.DisplayName = 'Plans 2026';
  await plans.Update();
  expect(await namesIn(service, WellKnownFolderName.Inbox)).toContain('Plans 2026');

  const copy = await plans.Copy(old.Id);
  expect([await namesIn(service, old.Id), await namesIn(service, copy.Id), await subjectsIn(service, copy.Id)]).toEqual([
    ['Plans 2026'],
    ['Sketches'],
    ['one', 'three', 'two'],
  ]);
  expect(await refusal(plans.Move(old.Id))).toBe('ErrorFolderExists');
  expect(await refusal(old.Copy(copy.Id))).toBe('ErrorMoveCopyFailed');
  const moved = await plans.Move(WellKnownFolderName.MsgFolderRoot);
  expect([moved.Id.UniqueId, await subjectsIn(service, moved.Id)]).toEqual([plans.Id.UniqueId, ['one', 'three', 'two']]);

  await copy.Empty(DeleteMode.MoveToDeletedItems, true);
  expect([await subjectsIn(service, copy.Id), await namesIn(service, copy.Id)]).toEqual([[], []]);
  expect(await subjectsIn(service, WellKnownFolderName.DeletedItems)).toEqual(expect.arrayContaining(['one', 'three', 'two']));
  expect(await namesIn(service, WellKnownFolderName.DeletedItems)).toContain('Sketches');
  await moved.Delete(DeleteMode.SoftDelete);
  expect(await subjectsIn(service, WellKnownFolderName.RecoverableItemsDeletions)).toEqual(['one', 'three', 'two']);
  await old.Delete(DeleteMode.HardDelete);
  expect(await refusal(Folder.Bind(service, copy.Id))).toBe('ErrorFolderNotFound');
  expect(await refusal((await Folder.Bind(service, WellKnownFolderName.Inbox)).Delete(DeleteMode.HardDelete))).toBe(
    'ErrorDeleteDistinguishedFolder',
  );
});

test("mary's client opens a calendar to rob, who then works in it, and shuts it again", async () => {
  const [mary, rob] = [serviceOf('mary'), serviceOf('rob')];
  const rota = new CalendarFolder(mary);
  rota.DisplayName = 'Rota';
  await rota.Save(WellKnownFolderName.Calendar);
  const properties = new PropertySet(FolderSchema.Permissions, FolderSchema.DisplayName);
  const write = async (change: (folder: InstanceType<typeof Folder>) => void): Promise<void> => {
    const folder = await Folder.Bind(mary, rota.Id, properties);
    change(folder);
    await folder.Update();
  };
  await write(({ Permissions }) =>
    Permissions.Add(new FolderPermission(new UserId('rob@contoso.test'), FolderPermissionLevel.PublishingEditor)),
  );
  const shown = (await Folder.Bind(mary, rota.Id, properties)).Permissions;
  const robs = present(shown.GetEnumerator()[2], 'the entry of rob');
  expect([shown.Count, robs.UserId.PrimarySmtpAddress, Number(robs.PermissionLevel)]).toEqual([
    3,
    'rob@contoso.test',
    FolderPermissionLevel.PublishingEditor,
  ]);
  await made(rob, 'Nights', rota.Id);
  expect(await namesIn(rob, rota.Id)).toEqual(['Nights']);
  const calendar = new FolderId(WellKnownFolderName.Calendar, new Mailbox('mary@contoso.test'));
  expect(await refusal(made(rob, 'Mine', calendar))).toBe('ErrorAccessDenied');
  await write((folder) => folder.Permissions.RemoveAt(2));
  expect(await refusal(namesIn(rob, rota.Id))).toBe('ErrorAccessDenied');
});

test('settings are kept in a folder, changed and taken away', async () => {
  const service = serviceOf('mary');
  const settings = new UserConfiguration(service);
  settings.Dictionary._setItem('colour', 'blue');
  settings.XmlData = 'PGEvPg==';
  await settings.Save('Palette', WellKnownFolderName.Inbox);
  const read = () => UserConfiguration.Bind(service, 'Palette', WellKnownFolderName.Inbox, UserConfigurationProperties.All);
  const bound = await read();
  expect([bound.Dictionary._getItem('colour'), bound.XmlData]).toEqual(['blue', 'PGEvPg==']);
  bound.Dictionary._setItem('colour', 'green');
  await bound.Update();
  expect((await read()).Dictionary._getItem('colour')).toBe('green');
  await bound.Delete();
  expect(await refusal(read())).toBe('ErrorItemNotFound');
});
