import { setTimeout as pause } from 'node:timers/promises';
import { attributes, responses } from '../wire/ews/answers.ts';
import type { EventStream } from '../wire/ews/event-stream.ts';
import { createMessage, getEvents, subscribe } from '../wire/ews/subscriptions.ts';
import { again, type DistributedSet } from './distributed-set.ts';
import { background, until, type Workload } from './workload.ts';

const wish = { folders: ['drafts'], events: ['Created'] };
const betweenMs = 300;
/** What one page of a folder shows. */
const mostInFolder = 1_000;
const everything = `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SortOrder><t:FieldOrder Order="Ascending"><t:FieldURI FieldURI="item:DateTimeCreated"/></t:FieldOrder></m:SortOrder><m:ParentFolderIds><t:DistinguishedFolderId Id="drafts"/></m:ParentFolderIds></m:FindItem>`;

const created = (document: string): readonly string[] => attributes(document, 'ItemId', 'Id').map(String);

/**
 * Somebody's drafts grow until it ends, and two clients follow: by its watermark one that asks is told everything once and in order; what is
 * streamed says so when it has left, and its last document before a break, which nobody may have noted, may come once more.
 */
export async function followDrafts(set: DistributedSet, mail: string): Promise<Workload> {
  const pull = await subscribe(set, mail, 'Pull', wish);
  const { id } = await subscribe(set, mail, 'Streaming', wish);
  let { watermark } = pull;
  let isMaking = true;
  let isFollowing = true;
  let breaks = 0;
  let current: EventStream | undefined;
  const [pulled, streamed, lastDocuments]: [string[], string[], string[]] = [[], [], []];

  const make = async (): Promise<void> => {
    for (let count = 0; isMaking; count += 1) {
      await again(() => createMessage(set, mail, `draft ${count}`));
      await pause(betweenMs);
    }
  };
  const ask = async (): Promise<void> => {
    while (isFollowing) {
      const page = await again(async () => {
        const told = await getEvents(set, mail, { id: pull.id, watermark });
        if (told.code !== 'NoError') throw new Error(`GetEvents of ${mail} says ${told.code}: ${told.body}`);
        return told;
      });
      pulled.push(...created(page.body));
      ({ watermark } = page);
      await pause(1_000);
    }
  };
  const hear = async (): Promise<void> => {
    while (isFollowing) {
      const stream = await again(() => begun(set, mail, id));
      current = stream;
      let last: readonly string[] = [];
      try {
        for (let next = await stream.next(); next !== undefined; next = await stream.next()) {
          last = created(next);
          streamed.push(...last);
        }
      } catch {
        // Its connection broke.
      }
      stream.destroy();
      if (isFollowing) breaks += 1;
      lastDocuments.push(...last);
    }
  };
  const making = make();
  const asking = ask();
  const clients = background([making, asking, hear()]);
  return {
    async ready() {
      const heard = streamed.length;
      await clients.beside(until(() => streamed.length > heard, `a stream to ${mail} that tells something`));
      return `${streamed.length} events of ${mail}`;
    },
    async end() {
      isMaking = false;
      await clients.beside(making);
      const made = created((await again(() => set.ews(mail, everything))).body);
      const isTold = (): boolean => made.every((one) => streamed.includes(one) && pulled.includes(one));
      // What is missing then is told below.
      await clients.beside(until(isTold, 'all events').catch(() => {}));
      isFollowing = false;
      current?.destroy();
      await clients.beside(asking);
      const figures = `${made.length} drafts of ${mail}, ${breaks} breaks`;
      const unbroken = breaks === 0 ? [`no kill broke a stream of ${mail}`] : [];
      return { figures, wrong: [...unbroken, ...wrongIn({ mail, made, pulled, streamed, lastDocuments })] };
    },
  };
}

/** A stream over a subscription that has begun. */
async function begun(set: DistributedSet, mail: string, id: string): Promise<EventStream> {
  const stream = await set.events(mail, id);
  const first = stream.status === 200 ? ((await stream.next()) ?? '') : '';
  if (responses(first)[0]?.class === 'Success') return stream;
  stream.destroy();
  throw new Error(`${mail} has no stream: ${stream.status} ${first}`);
}

interface Told {
  readonly mail: string;
  readonly made: readonly string[];
  readonly pulled: readonly string[];
  readonly streamed: readonly string[];
  readonly lastDocuments: readonly string[];
}

function wrongIn({ mail, made, pulled, streamed, lastDocuments }: Told): readonly string[] {
  const wrong: string[] = [];
  const complain = (what: string, which: readonly unknown[]): void => {
    if (which.length > 0) wrong.push(`${mail}: ${what}: ${which.join(', ')}`);
  };
  const place = new Map(made.map((one, index) => [one, index]));
  const places = (ids: readonly string[]): readonly string[] => ids.map((one) => `${place.get(one) ?? one}`);
  const twice = streamed.filter((one, index) => streamed.indexOf(one) < index);
  if (made.length >= mostInFolder) wrong.push(`${mail}: the folder has more than a page`);
  complain('never told to who asks, by their places in the folder', places(made.filter((one) => !pulled.includes(one))));
  if (wrong.length === 0 && pulled.join() !== made.join()) complain('told to who asks otherwise than once and in order', places(pulled));
  complain('never streamed', places(made.filter((one) => !streamed.includes(one))));
  complain(
    'streamed, but never made',
    streamed.filter((one) => !place.has(one)),
  );
  complain('streamed twice, in no last document', places(twice.filter((one) => !lastDocuments.includes(one))));
  if ([...new Set(streamed)].join() !== made.join()) complain('streamed in this order', places(streamed));
  return wrong;
}
