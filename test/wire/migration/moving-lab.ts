import { expect } from 'vitest';
import type { LabOptions } from '../../../services/lab/service.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import type { TestLab } from '../../support/test-lab.ts';
import { all, attributes, ids, responses, texts } from '../ews/answers.ts';

export const cloud = 'contoso-cloud';
export const onPremises = 'contoso';
export const deliveryDomain = 'contoso.mail.onmicrosoft.test';
export type Home = typeof cloud | typeof onPremises;

/** EWS of a lab, in this process or in one of its own. */
export interface EwsDoor {
  ews(mail: string, body: string, options: { readonly organization: string }): Promise<{ readonly body: string }>;
}

/** The hybrid world after its next synchronisation: the tenant knows the addresses that the wizard's policy has given. */
export interface MovingLab {
  readonly lab: TestLab;
  /** `@{UserName=...}` of an account that may move mailboxes on-premises. */
  readonly credential: string;
  run<Shown = Readonly<Record<string, unknown>>>(line: string, organization?: Home): Promise<readonly Shown[]>;
  /** `New-MoveRequest` of a pull, and what it says; it does not wait. */
  move(alias: string, more?: string): Promise<void>;
  statistics(alias: string): Promise<Statistics>;
  close(): Promise<void>;
}

export interface Statistics {
  readonly Status: string;
  readonly StatusDetail: string;
  readonly PercentComplete: number;
  readonly Message: string;
  readonly FailureType: string | null;
  readonly ItemsTransferred: number;
  readonly BadItemsEncountered: number;
  readonly LargeItemsEncountered: number;
  readonly lines: readonly string[];
  readonly failures: readonly { readonly FailureType: string; readonly Message: string }[];
}

export async function openMovingLab(options: LabOptions = {}): Promise<MovingLab> {
  // Tests whose lab is elsewhere, in containers too, use the rest of this file.
  const { openTestLab } = await import('../../support/test-lab.ts');
  const lab = await openTestLab(options);
  const credential = `@{UserName='CONTOSO\\administrator'; Password='${lab.password}'}`;
  const run: MovingLab['run'] = (line, organization = cloud) => runCmdlet(lab, organization, line);
  await run('Start-ADSyncSyncCycle', onPremises);
  return {
    ...{ lab, credential, run, close: () => lab.close() },
    async move(alias, more = '') {
      const remote = `-Remote -RemoteHostName mail.contoso.test -RemoteCredential ${credential} -TargetDeliveryDomain ${deliveryDomain}`;
      await run(`New-MoveRequest ${alias}@contoso.test ${remote} ${more}`);
    },
    async statistics(alias) {
      type Told = Statistics & { Report: { Entries: { Message: string }[]; Failures: Statistics['failures'] } };
      const [told] = await run<Told>(`Get-MoveRequestStatistics ${alias}@contoso.test -IncludeReport`);
      if (told === undefined) throw new Error(`${alias} has no move request`);
      return { ...told, lines: told.Report.Entries.map(({ Message }) => Message), failures: told.Report.Failures };
    },
  };
}

/** What somebody's mailbox holds, as EWS shows it: `Inbox: IPM.Note "subject" read`, sorted. */
export async function holdings(lab: EwsDoor, mail: string, organization: Home): Promise<readonly string[]> {
  const deep =
    '<m:FindFolder Traversal="Deep"><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>' +
    '<m:ParentFolderIds><t:DistinguishedFolderId Id="msgfolderroot"/></m:ParentFolderIds></m:FindFolder>';
  const folders = await lab.ews(mail, deep, { organization });
  expect(responses(folders.body)).toMatchObject([{ class: 'Success' }]);
  const [folderIds, names] = [ids(folders.body, 'FolderId'), texts(folders.body, 'DisplayName')];
  const found: string[] = [];
  for (const [index, { id }] of folderIds.entries()) {
    const fields = ['item:Subject', 'item:ItemClass', 'item:DateTimeReceived', 'message:IsRead', 'item:Categories']
      .map((field) => `<t:FieldURI FieldURI="${field}"/>`)
      .join('');
    const shape = `<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${fields}</t:AdditionalProperties></m:ItemShape>`;
    const view = '<m:IndexedPageItemView MaxEntriesReturned="1000" Offset="0" BasePoint="Beginning"/>';
    const find = `<m:FindItem Traversal="Shallow">${shape}${view}<m:ParentFolderIds><t:FolderId Id="${id}"/></m:ParentFolderIds></m:FindItem>`;
    const { body } = await lab.ews(mail, find, { organization });
    expect(responses(body)).toMatchObject([{ class: 'Success' }]);
    const items = all(body, 'ItemId').length;
    expect(attributes(body, 'RootFolder', 'TotalItemsInView')).toEqual([String(items)]);
    for (const item of all(body, 'Items').flatMap(({ children }) => children)) {
      if (typeof item === 'string') continue;
      const one = (name: string): string => texts(item, name)[0] ?? '';
      const words = [
        one('ItemClass'),
        JSON.stringify(one('Subject')),
        one('DateTimeReceived'),
        one('IsRead'),
        texts(item, 'String').join(','),
      ];
      found.push(`${names[index]}: ${words.join(' ')}`);
    }
  }
  return found.toSorted();
}

/** Puts an item of that subject into Drafts; its id, or why it was not taken. */
export async function write(
  lab: EwsDoor,
  mail: string,
  organization: Home,
  subject: string,
): Promise<{ readonly id?: string; readonly code: string }> {
  const message = `<t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">text</t:Body></t:Message>`;
  const { body } = await lab.ews(mail, `<m:CreateItem MessageDisposition="SaveOnly"><m:Items>${message}</m:Items></m:CreateItem>`, {
    organization,
  });
  const [first] = responses(body);
  const code = first?.code ?? texts(body, 'ResponseCode')[0] ?? 'none';
  return first?.class === 'Success' ? { id: ids(body)[0]?.id ?? '', code } : { code };
}

/** Deletes an item for good; what the server says. */
export async function remove(lab: EwsDoor, mail: string, organization: Home, id: string): Promise<string> {
  const { body } = await lab.ews(
    mail,
    `<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`,
    {
      organization,
    },
  );
  return responses(body)[0]?.code ?? texts(body, 'ResponseCode')[0] ?? 'none';
}

/** Sends a letter and waits until it has gone as far as it can. */
export async function send(lab: TestLab, from: string, organization: string, to: string, subject: string): Promise<void> {
  const recipient = `<t:Mailbox><t:EmailAddress>${to}</t:EmailAddress></t:Mailbox>`;
  const message = `<t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">text</t:Body><t:ToRecipients>${recipient}</t:ToRecipients></t:Message>`;
  const { body } = await lab.ews(from, `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items>${message}</m:Items></m:CreateItem>`, {
    organization,
  });
  expect(responses(body)).toMatchObject([{ class: 'Success' }]);
  await lab.mailSent();
}

const openInbox =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';

/** In how many organisations somebody has a mailbox that is his and open. The target first: once that is in use, the source never is again. */
export async function mailboxesInUse(lab: EwsDoor & Pick<TestLab, 'endpoints'>, mail: string): Promise<number> {
  let found = 0;
  for (const organization of [cloud, onPremises] as const) {
    const [recipient] = await runCmdlet<{ RecipientTypeDetails: string }>(lab, organization, `Get-Recipient ${mail}`);
    if (recipient?.RecipientTypeDetails !== 'UserMailbox') continue;
    const { body } = await lab.ews(mail, openInbox, { organization });
    if (responses(body)[0]?.class === 'Success') found += 1;
  }
  return found;
}
