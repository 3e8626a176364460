import { setTimeout as pause } from 'node:timers/promises';
import { again, type DistributedSet } from './distributed-set.ts';
import { background, until, type Workload } from './workload.ts';

/** To and from the cloud and a partner; others follow their drafts, for everybody has but one budget of requests (EwsRechargeRate). */
const ways = [
  ['administrator@contoso.test', 'pat@fabrikam.test'],
  ['administrator@contoso.test', 'joe@contoso.test'],
  ['joe@contoso.test', 'administrator@contoso.test'],
  ['pat@fabrikam.test', 'administrator@contoso.test'],
] as const;
/** Of all ways together one letter in 300 ms. */
const betweenMs = 300 * ways.length;
/** What one page of an inbox shows. */
const mostInInbox = 1_000;

/**
 * What mail may take, in milliseconds, once all containers are up: 12 s until what a dead process had in hand is taken from it (`silenceMs`,
 * and a beat), a minute that a queue waits whose destination did not answer while it started (`waitAfter`), and 18 s for the sending.
 */
const mailMs = 12_000 + 60_000 + 18_000;

/** CreateItem of a letter, which is sent. */
export const letter = (subject: string, to: string): string =>
  `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:SavedItemFolderId><t:DistinguishedFolderId Id="sentitems"/></m:SavedItemFolderId><m:Items>
   <t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">text</t:Body><t:ToRecipients><t:Mailbox><t:EmailAddress>${to}</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>`;
const newest = `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></m:ItemShape>
  <m:IndexedPageItemView MaxEntriesReturned="${mostInInbox}" Offset="0" BasePoint="Beginning"/><m:SortOrder><t:FieldOrder Order="Descending"><t:FieldURI FieldURI="item:DateTimeReceived"/></t:FieldOrder></m:SortOrder>
  <m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`;

/** How often each subject lies in somebody's inbox, as soon as all that are wanted do, or when mail would have come. */
export async function arrived(
  set: Pick<DistributedSet, 'ews'>,
  mail: string,
  wanted: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const deadline = performance.now() + mailMs;
  for (;;) {
    const { body } = await again(() => set.ews(mail, newest));
    const counts = new Map<string, number>();
    for (const [, subject = ''] of body.matchAll(/<t:Subject>(.*?)<\/t:Subject>/g)) counts.set(subject, (counts.get(subject) ?? 0) + 1);
    if (wanted.every((subject) => counts.has(subject)) || performance.now() > deadline) return counts;
    await pause(500);
  }
}

interface Sent {
  readonly subject: string;
  readonly to: string;
  /** What the server said; of one that was not answered, or with no `NoError`, nobody knows whether it was taken. */
  readonly answer: string;
  /** Where in the story of the kills it was sent. */
  readonly when: string;
}

/** People write to each other until it ends: what was answered with `NoError` comes once, what was not at most once. */
export function writeLetters(set: DistributedSet, when: () => string): Workload {
  const sent: Sent[] = [];
  let isOver = false;
  const write = async (from: string, to: string): Promise<void> => {
    for (let count = 0; !isOver; count += 1) {
      const subject = `${from} to ${to} ${count}`;
      const moment = when();
      const answer = await set.ews(from, letter(subject, to)).then(({ body }) => (body.includes('NoError') ? 'NoError' : body), String);
      sent.push({ subject, to, answer, when: moment });
      await pause(betweenMs);
    }
  };
  const writers = background(ways.map(([from, to]) => write(from, to)));
  const wasAnswered = ({ answer }: Sent): boolean => answer === 'NoError';
  return {
    async ready() {
      const before = sent.length;
      await writers.beside(until(() => sent.slice(before).some(wasAnswered), 'a letter that is answered'));
      return `${sent.filter(wasAnswered).length} letters`;
    },
    async end() {
      isOver = true;
      await writers.ended();
      const people = [...new Set(sent.map(({ to }) => to))];
      const wrong = await Promise.all(people.map((mail) => wrongIn(set, mail, sent)));
      const answered = sent.filter(wasAnswered).length;
      return { figures: `${answered} letters answered, ${sent.length - answered} not`, wrong: wrong.flat() };
    },
  };
}

/** What somebody should have got and did not, or got twice. */
async function wrongIn(set: DistributedSet, mail: string, sent: readonly Sent[]): Promise<readonly string[]> {
  const own = sent.filter(({ to }) => to === mail);
  const answered = own.flatMap(({ answer, subject }) => (answer === 'NoError' ? [subject] : []));
  const counts = await arrived(set, mail, answered);
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const unread = all < mostInInbox ? [] : [`the inbox of ${mail} has more than a page`];
  const wrong = own.filter(({ subject, answer }) => {
    const count = counts.get(subject) ?? 0;
    return answer === 'NoError' ? count !== 1 : count > 1;
  });
  const told = wrong.slice(0, mostTraced).map(async ({ subject, answer, when }) => {
    const what = `"${subject}", sent ${when} and answered ${answer.slice(0, 500)}, came ${counts.get(subject) ?? 0} times`;
    return `${what}\n${await traceOf(set, subject)}`;
  });
  return [...unread, ...(await Promise.all(told))];
}

const mostTraced = 10;

/** What all servers have tracked of a letter, and where it waits. */
async function traceOf(set: DistributedSet, subject: string): Promise<string> {
  const tracked = `select * from tracking_event where facts->>'subject' = '${subject}' order by organization, number`;
  const waiting = `select recipient.*, queue.next_hop, queue.status as queue_status, queue.retry as queue_retry, queue.holder, queue.lease
    from transport_message message
    join transport_recipient recipient on recipient.organization = message.organization and recipient.message = message.number
    left join transport_queue queue on queue.organization = recipient.organization and queue.number = recipient.queue
    where message.subject = '${subject}'`;
  return [...(await set.rows(tracked)), ...(await set.rows(waiting))].map((row) => `  ${row}`).join('\n');
}
