import type { Instant } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { MimeMessage } from '../../protocols/mime/message.ts';
import { filler, type Letter, workingMoment, writeLetter } from './letter.ts';
import { addressOf, type MailboxOwner } from './mailbox-owner.ts';
import { inquiries, type Notice, notices } from './notices.ts';
import { type Topic, topics } from './topics.ts';

const threadsPerPerson = 6;
const noticesPerPerson = 10;
/** Mail of the seed is at most this old. */
const oldestDays = 56;
const hourMs = 3_600_000;

/**
 * The mail that the owners wrote to each other and got from outside before `anchor`, oldest first. Each letter is
 * made once: sender and receivers have copies of the same message.
 */
export function correspondence(owners: readonly MailboxOwner[], anchor: Instant, random: Random): readonly Letter[] {
  const wanted = owners.filter(({ content }) => content.messages === 'generate:correspondence');
  const people = wanted.filter(({ type }) => type === 'UserMailbox');
  const threads = people.length < 2 ? 0 : people.length * threadsPerPerson;
  const letters = [
    ...Array.from({ length: threads }, (_, index) => thread(index, people, anchor, random.fork(`thread/${index}`))).flat(),
    ...wanted.flatMap((owner) =>
      mailings(
        owner,
        owner.type === 'UserMailbox' ? notices : inquiries,
        anchor,
        random.fork(`notices/${owner.organization}/${owner.address}`),
      ),
    ),
  ];
  return letters.toSorted((left, right) => left.date - right.date || (left.id < right.id ? -1 : 1));
}

function thread(index: number, people: readonly MailboxOwner[], anchor: Instant, random: Random): readonly Letter[] {
  const topic = topics[index % topics.length] ?? random.pick(topics);
  const fill = filler(random);
  const first = people[index % people.length] ?? random.pick(people);
  const others = shuffled(
    people.filter((person) => person !== first),
    random,
  ).slice(0, 1 + random.integer(3));
  const members = [first, ...others];
  const letters: Letter[] = [];
  let date = workingMoment(anchor, 1 + random.integer(oldestDays), random);
  let last: MimeMessage | undefined;
  for (const [position, paragraphs] of topic.messages.entries()) {
    const sender = members[position % members.length] ?? first;
    // A thread that has not been answered by the anchor stays open.
    if (date >= anchor) break;
    const receivers = members.filter((member) => member !== sender);
    const id = `thread/${index}/${position}`;
    const message = writeLetter(
      {
        ...partsOf(topic, position, fill),
        id,
        from: addressOf(sender),
        ...addressed(receivers, last),
        date,
        paragraphs: paragraphs.map(fill),
        ...(last === undefined ? {} : { answers: last }),
      },
      random,
    );
    letters.push({ id, sender, receivers, date, message });
    last = message;
    date += 20 * 60_000 + random.integer(30 * hourMs);
  }
  return letters;
}

/** An answer goes to whoever wrote, with a copy to the others. */
function addressed(receivers: readonly MailboxOwner[], answers: MimeMessage | undefined) {
  const isWriter = ({ address }: MailboxOwner) => answers === undefined || answers.from?.address === address;
  return { to: receivers.filter(isWriter).map(addressOf), cc: receivers.filter((receiver) => !isWriter(receiver)).map(addressOf) };
}

function partsOf(topic: Topic, position: number, fill: (text: string) => string) {
  const { attachment, importance, sensitivity } = topic;
  return {
    subject: `${position === 0 ? '' : 'Re: '}${fill(topic.subject)}`,
    greeting: topic.greeting ?? 'Hello {names},',
    closing: topic.closing ?? 'Kind regards',
    ...(attachment === undefined || position > 0 ? {} : { attachment }),
    ...(importance === undefined ? {} : { importance }),
    ...(sensitivity === undefined ? {} : { sensitivity }),
  };
}

function mailings(owner: MailboxOwner, kinds: readonly Notice[], anchor: Instant, random: Random): readonly Letter[] {
  return Array.from({ length: noticesPerPerson }, (_, index): Letter => {
    const notice = kinds[index % kinds.length] ?? random.pick(kinds);
    const { sender, paragraphs, attachment, importance } = notice;
    const fill = filler(random);
    const date = workingMoment(anchor, 1 + random.integer(oldestDays), random);
    const id = `notice/${owner.organization}/${owner.address}/${index}`;
    const optional = { ...(attachment === undefined ? {} : { attachment }), ...(importance === undefined ? {} : { importance }) };
    const text = { subject: fill(notice.subject), paragraphs: paragraphs.map(fill), greeting: '{names}:', closing: '--' };
    const message = writeLetter({ id, from: sender, to: [addressOf(owner)], date, ...text, ...optional }, random);
    return { id, sender: null, receivers: [owner], date, message };
  });
}

function shuffled<T>(members: readonly T[], random: Random): readonly T[] {
  return members
    .map((member) => ({ member, place: random.next() }))
    .sort((left, right) => left.place - right.place)
    .map(({ member }) => member);
}
