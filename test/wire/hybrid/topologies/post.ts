import type { TestLab } from '../../../support/test-lab.ts';
import { ids, responses, texts } from '../../ews/answers.ts';
import { mimeOf } from '../../smtp/transport-lab.ts';
import type { Seen } from './lab.ts';

/** Mail of a lab: what is sent from somebody's mailbox, and what has become of it. */
export interface Post {
  /** Sends a message and answers `delivered`, `returned` or `waiting`, with what its sender or the queue says. */
  send(as: string, whom: string, to?: string): Promise<Seen>;
  /** Subjects of what waited and has not arrived since. */
  missing(): Promise<readonly string[]>;
}

/** When senders are told that it takes longer. */
const delayMs = 4 * 3_600_000;

/**
 * @param homes organisations by mail address
 * @param queues the queues of an organisation's servers and what is in them, as they show it; undefined: nobody sees them
 */
export function createPost(
  lab: TestLab,
  homes: Readonly<Record<string, string>>,
  queues: (organization: string) => Promise<readonly Readonly<Record<string, unknown>>[]> | undefined,
): Post {
  const waiting = new Map<string, string>();
  let count = 0;
  const find = async (mail: string, subject: string): Promise<string | undefined> => {
    const restriction = `<m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="item:Subject"/><t:FieldURIOrConstant><t:Constant Value="${subject}"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>`;
    const { body } = await lab.ews(
      mail,
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>${restriction}<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`,
      { organization: homes[mail] ?? '' },
    );
    return ids(body)[0]?.id;
  };
  const diagnostics = async (mail: string, subject: string): Promise<string | undefined> => {
    if ((await find(mail, subject)) === undefined) return undefined;
    const mime = (await mimeOf(lab, mail, subject)).replaceAll('\r\n ', ' ');
    return [...mime.matchAll(/^Diagnostic-Code: smtp;(.*)\r$/gm)].map(([, told]) => told).join('\n');
  };
  const lastErrors = async (organization: string): Promise<string> =>
    ((await queues(organization)) ?? []).map(({ LastError }) => (typeof LastError === 'string' ? LastError : '')).join('\n');
  const becomeOf = async (as: string, whom: string, subject: string): Promise<Pick<Seen, 'code' | 'text'>> => {
    if ((await find(whom, subject)) !== undefined) return { code: 'delivered', text: await mimeOf(lab, whom, subject) };
    const returned = await diagnostics(as, `Undeliverable: ${subject}`);
    if (returned !== undefined) return { code: 'returned', text: returned };
    waiting.set(subject, whom);
    const home = homes[as] ?? '';
    if (queues(home) !== undefined) return { code: 'waiting', text: await lastErrors(home) };
    await lab.clock.advance(delayMs);
    await lab.mailSent();
    return { code: 'waiting', text: (await diagnostics(as, `Delivery delayed: ${subject}`)) ?? '' };
  };
  return {
    async send(as, whom, to = whom) {
      count += 1;
      const subject = `letter ${count}`;
      const answer = await lab.ews(
        as,
        `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items><t:Message><t:Subject>${subject}</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>${to}</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>`,
        { organization: homes[as] ?? '' },
      );
      if (responses(answer.body)[0]?.class !== 'Success') throw new Error(`was not sent: ${texts(answer.body, 'MessageText').join(' ')}`);
      await lab.mailSent();
      const { traceId } = await lab.exchangeOf(answer);
      const become = await becomeOf(as, whom, subject);
      return { ...become, trace: await lab.exchanges({ traceId }) };
    },
    async missing() {
      await lab.mailSent();
      const lost: string[] = [];
      for (const [subject, whom] of waiting) {
        if ((await find(whom, subject)) === undefined) lost.push(`${subject} to ${whom}`);
        else waiting.delete(subject);
      }
      return lost;
    },
  };
}
