import type { ConnectionOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { LabOptions } from '../../../services/lab/service.ts';
import type { ExchangeRecord } from '../../../shared/journal/record.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { type Dialogue, openDialogue, transportPort } from './dialogue.ts';

export const premises = 'contoso';
export const cloud = 'contoso-cloud';

/** Conversations with port 25, which end with the test that began them. */
export interface TransportLab {
  readonly lab: TestLab;
  run(line: string, organization?: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Connected and greeted. */
  connect(organization?: string, from?: string): Promise<Dialogue>;
  /** After EHLO. */
  hello(organization?: string, from?: string): Promise<Dialogue>;
  /** After STARTTLS and EHLO, with a client's certificate where options have one. */
  secured(organization?: string, options?: ConnectionOptions, from?: string): Promise<Dialogue>;
  lastStep(operation: string): Promise<Partial<ExchangeRecord> & { readonly failed: string | undefined }>;
}

/** A lab for a test file, opened before its tests and closed after them. */
export function useTransportLab(options: LabOptions = {}): TransportLab {
  let lab: TestLab;
  const open: Dialogue[] = [];
  beforeAll(async () => {
    lab = await openTestLab(options);
  });
  afterEach(() => {
    for (const dialogue of open.splice(0)) dialogue.end();
  });
  afterAll(() => lab.close());
  const connect: TransportLab['connect'] = async (organization = premises, from) => {
    const dialogue = await openDialogue(lab, transportPort(lab, organization), from);
    open.push(dialogue);
    return dialogue;
  };
  return {
    get lab() {
      return lab;
    },
    run: (line, organization = premises) => runCmdlet<Readonly<Record<string, unknown>>>(lab, organization, line),
    connect,
    async hello(organization, from) {
      const dialogue = await connect(organization, from);
      await dialogue.say('EHLO client.test');
      return dialogue;
    },
    async secured(organization, tls, from) {
      const dialogue = await connect(organization, from);
      await dialogue.startTls(undefined, { checkServerIdentity: () => undefined, ...tls });
      return dialogue;
    },
    async lastStep(operation) {
      const last = (await lab.exchanges({ service: 'smtp' })).findLast((one) => one.operation === operation);
      return { ...last, failed: last?.verdict?.checks.find(({ outcome }) => outcome === 'failed')?.check };
    },
  };
}

/** A whole message from MAIL to the reply to its last line. */
export async function sendMessage(
  { say, send }: Dialogue,
  { from, to, text }: { readonly from: string; readonly to: string; readonly text: string },
): Promise<string> {
  for (const line of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA']) {
    const heard = await say(line);
    if (!/^[23]/.test(heard)) return heard;
  }
  return send(`${text}\r\n.\r\n`);
}

/** A letter of pat's, as another server brings it, and what became of everything on its way; the last reply. */
export async function letterFromOutside(lab: TestLab, organization: string, to: string, subject: string): Promise<string> {
  const from = 'pat@fabrikam.test';
  const dialogue = await openDialogue(lab, transportPort(lab, organization));
  await dialogue.say('EHLO client.test');
  const reply = await sendMessage(dialogue, { from, to, text: `From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\n\r\nx` });
  dialogue.end();
  await lab.mailSent();
  return reply;
}

/** The message of a subject in somebody's Inbox, as it is kept. */
export async function mimeOf(lab: Pick<TestLab, 'ews'>, mail: string, subject: string): Promise<string> {
  const { body } = await lab.ews(
    mail,
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>' +
      `<m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>` +
      '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
  );
  const id = /ItemId Id="([^"]+)"/.exec(body)?.[1] ?? '';
  const item = await lab.ews(
    mail,
    `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
  );
  return Buffer.from(/<t:MimeContent[^>]*>([^<]*)</.exec(item.body)?.[1] ?? '', 'base64').toString();
}
