import { expect } from 'vitest';
import { all, ids, responses, texts } from '../ews/answers.ts';
import { cloud, type Home, type MovingLab, onPremises, openMovingLab } from './moving-lab.ts';

/** Somebody whose mailbox is there: he sees the public folders of that side. */
export const visitor = { [onPremises]: 'mary@contoso.test', [cloud]: 'joe@contoso.test' } as const;

/** A lab of the test's own process, or of another one. */
interface EwsLab {
  ews(mail: string, body: string, options?: { readonly organization?: string }): Promise<{ readonly body: string }>;
}

const shape = '<t:BaseShape>Default</t:BaseShape>';
const root = '<t:DistinguishedFolderId Id="publicfoldersroot"/>';

/** Public folders by their names, as EWS shows them. */
export async function publicFolderIds(lab: EwsLab, organization: Home): Promise<ReadonlyMap<string, { id: string; changeKey: string }>> {
  const { body } = await lab.ews(
    visitor[organization],
    `<m:FindFolder Traversal="Deep"><m:FolderShape>${shape}</m:FolderShape><m:ParentFolderIds>${root}</m:ParentFolderIds></m:FindFolder>`,
    { organization },
  );
  expect(responses(body)).toMatchObject([{ class: 'Success' }]);
  const names = texts(body, 'DisplayName');
  return new Map(ids(body, 'FolderId').map(({ id, changeKey }, index) => [names[index] ?? '', { id, changeKey: changeKey ?? '' }]));
}

/** What public folders hold: `Sales: IPM.Note "subject" ...`, sorted; a folder without items stands alone. */
export async function publicHoldings(lab: EwsLab, organization: Home): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [name, { id }] of await publicFolderIds(lab, organization)) {
    const fields = ['item:Subject', 'item:ItemClass', 'item:DateTimeReceived', 'message:IsRead', 'item:Categories', 'item:HasAttachments']
      .map((field) => `<t:FieldURI FieldURI="${field}"/>`)
      .join('');
    const asked = `<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${fields}</t:AdditionalProperties></m:ItemShape>`;
    const view = '<m:IndexedPageItemView MaxEntriesReturned="1000" Offset="0" BasePoint="Beginning"/>';
    const { body } = await lab.ews(
      visitor[organization],
      `<m:FindItem Traversal="Shallow">${asked}${view}<m:ParentFolderIds><t:FolderId Id="${id}"/></m:ParentFolderIds></m:FindItem>`,
      { organization },
    );
    expect(responses(body)).toMatchObject([{ class: 'Success' }]);
    found.push(`${name}:`);
    for (const item of all(body, 'Items').flatMap(({ children }) => children)) {
      if (typeof item === 'string') continue;
      const one = (field: string): string => texts(item, field)[0] ?? '';
      const words = [one('ItemClass'), JSON.stringify(one('Subject')), one('DateTimeReceived'), one('IsRead'), one('HasAttachments')];
      found.push(`${name}: ${words.join(' ')} ${texts(item, 'String').join(',')}`);
    }
  }
  return found.toSorted();
}

/** Posts an item into a public folder on-premises; its id, or why it was not taken. */
export async function post(lab: EwsLab, folder: string, item: string): Promise<{ readonly id?: string; readonly code: string }> {
  const saved = `<m:SavedItemFolderId><t:FolderId Id="${folder}"/></m:SavedItemFolderId>`;
  const { body } = await lab.ews(
    visitor[onPremises],
    `<m:CreateItem MessageDisposition="SaveOnly" SendMeetingInvitations="SendToNone">${saved}<m:Items>${item}</m:Items></m:CreateItem>`,
    { organization: onPremises },
  );
  const [first] = responses(body);
  const code = first?.code ?? texts(body, 'ResponseCode')[0] ?? 'none';
  return first?.class === 'Success' ? { id: ids(body)[0]?.id ?? '', code } : { code };
}

/** Makes a folder of a kind below another one, on-premises; what the server says. */
export async function createFolder(lab: EwsLab, parent: string, kind: string, name: string): Promise<string> {
  const { id } = (await publicFolderIds(lab, onPremises)).get(parent) ?? { id: '' };
  const folder = `<t:${kind}><t:DisplayName>${name}</t:DisplayName></t:${kind}>`;
  const { body } = await lab.ews(
    visitor[onPremises],
    `<m:CreateFolder><m:ParentFolderId><t:FolderId Id="${id}"/></m:ParentFolderId><m:Folders>${folder}</m:Folders></m:CreateFolder>`,
    { organization: onPremises },
  );
  return responses(body)[0]?.code ?? texts(body, 'ResponseCode')[0] ?? 'none';
}

export const message = (subject: string): string =>
  `<t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">text</t:Body></t:Message>`;

/** A list of folders and mailboxes, as -CSVData takes it. */
export function mapOf(...rows: readonly (readonly [path: string, mailbox: string])[]): string {
  const lines = rows.map(([path, mailbox]) => `"${path}","${mailbox}"`);
  return `"${Buffer.from(['"FolderPath","TargetMailbox"', ...lines].join('\r\n')).toString('base64')}"`;
}

/** Both sides as the article has them before the batch is made: folders on-premises, held mailboxes and an endpoint in the cloud. */
export async function openPublicLab(): Promise<MovingLab> {
  const moving = await openMovingLab();
  await preparePublicFolders(moving);
  return moving;
}

/** {@link openPublicLab}, of a lab whose people are synchronised. */
export async function preparePublicFolders({ run, credential }: Pick<MovingLab, 'run' | 'credential'>): Promise<void> {
  for (const line of [
    'New-Mailbox PublicFolders -PublicFolder',
    'New-PublicFolder Sales',
    'New-PublicFolder Orders -Path \\Sales',
    'New-PublicFolder Old -Path \\Sales\\Orders',
    'New-PublicFolder People',
    'New-PublicFolder Secret',
    'Add-PublicFolderClientPermission \\Sales -User mary -AccessRights Owner',
    'Add-PublicFolderClientPermission \\Sales -User joe -AccessRights Editor',
    'Add-PublicFolderClientPermission \\Secret -User joe -AccessRights Reviewer',
    'Enable-MailPublicFolder \\Sales\\Orders -PrimarySmtpAddress orders@contoso.test',
  ])
    await run(line, onPremises);
  await run('New-Mailbox Mailbox1 -PublicFolder -HoldForMigration');
  await run('New-Mailbox Mailbox2 -PublicFolder');
  await run(`New-MigrationEndpoint -PublicFolder -Name folders -RemoteServer mail.contoso.test -Credentials ${credential}`);
}

/** What the script Sync-ModernMailPublicFolders.ps1 does for one folder. */
export async function synchroniseMail({ run }: Pick<MovingLab, 'run'>): Promise<void> {
  const [folder] = await run<{ Guid: string; Alias: string; PrimarySmtpAddress: string }>('Get-MailPublicFolder orders', onPremises);
  await run(
    `New-SyncMailPublicFolder -Name Orders -Alias ${folder?.Alias} -EmailAddresses SMTP:${folder?.PrimarySmtpAddress} -OnPremisesObjectId ${folder?.Guid}`,
  );
}
