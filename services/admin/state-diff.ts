import { createHash } from 'node:crypto';
import { changesBetween, partsOf, readConfiguration } from '../../shared/domain/directory/configuration-image.ts';
import type { Store } from '../../shared/store/database.ts';

/** One thing that is other in the second state than in the first. */
export interface Difference {
  readonly change: 'made' | 'removed' | 'changed';
  /** What it is: kind and name of an object, an address, a path and a subject. */
  readonly what: string;
  /** Organisation, or the address of the mailbox. */
  readonly where: string;
  /** By name; secrets are told by stars. */
  readonly properties?: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
}

/** What differs between two states. */
export interface StateDifference {
  readonly configuration: readonly Difference[];
  readonly recipients: readonly Difference[];
  readonly mailboxes: readonly Difference[];
  readonly folders: readonly Difference[];
  readonly items: readonly Difference[];
  readonly queue: readonly Difference[];
  /** How many of each there are, where not all are told. */
  readonly more: Readonly<Record<string, number>>;
}

/** Told of each kind. */
const mostTold = 1_000;
const sliceRows = 2_000;

/** Compares two states: what administrators manage, mailboxes with what is in them, mail that waits. */
export async function diffStates(before: Store, after: Store): Promise<StateDifference> {
  const more: Record<string, number> = {};
  const told = (kind: string, all: readonly Difference[]): readonly Difference[] => {
    if (all.length > mostTold) more[kind] = all.length;
    return all.slice(0, mostTold);
  };
  const changes = changesBetween(await readConfiguration(before.read), await readConfiguration(after.read));
  const of = (kind: string) =>
    changes
      .filter(({ key }) => partsOf(key)[0] === kind)
      .map(({ key, before: was, after: became }): Difference => {
        const [, organization = '', name = '', identity = ''] = partsOf(key);
        const shown = (became ?? was) as { readonly name?: string; readonly primaryAddress?: string } | undefined;
        const what = kind === 'object' ? `${name} ${shown?.name ?? identity}` : (shown?.primaryAddress ?? name);
        return difference(was, became, what, organization === '' ? 'the world' : organization);
      });
  const names = new Map([...(await mailboxNames(before)), ...(await mailboxNames(after))]);
  return {
    configuration: told('configuration', of('object')),
    recipients: told('recipients', of('recipient')),
    mailboxes: told('mailboxes', await diffRows(before, after, mailboxes(names))),
    folders: told('folders', await diffRows(before, after, folders(names))),
    items: told('items', await diffRows(before, after, await items(names, before, after))),
    queue: told('queue', await diffRows(before, after, queue)),
    more,
  };
}

type Row = Readonly<Record<string, unknown>>;

/** Rows of one kind: in slices, by key, and as people read them. */
interface Rows {
  slices(store: Store): AsyncGenerator<readonly Row[]>;
  key(row: Row): string;
  /** Without what changes by itself. */
  seen(row: Row): Row;
  where(row: Row): string;
  what(row: Row): string;
}

async function diffRows(before: Store, after: Store, rows: Rows): Promise<readonly Difference[]> {
  const digests = new Map<string, string>();
  for await (const slice of rows.slices(before)) for (const row of slice) digests.set(rows.key(row), digest(rows.seen(row)));
  const [made, changed] = [new Map<string, Row>(), new Map<string, Row>()];
  for await (const slice of rows.slices(after)) {
    for (const row of slice) {
      const key = rows.key(row);
      const known = digests.get(key);
      digests.delete(key);
      if (known === undefined) made.set(key, row);
      else if (known !== digest(rows.seen(row))) changed.set(key, row);
    }
  }
  const differences = [...made.values()].map((row) => ({ change: 'made' as const, what: rows.what(row), where: rows.where(row) }));
  if (digests.size === 0 && changed.size === 0) return differences;
  const others: Difference[] = [];
  for await (const slice of rows.slices(before)) {
    for (const row of slice) {
      const [key, now] = [rows.key(row), changed.get(rows.key(row))];
      if (digests.has(key)) others.push({ change: 'removed', what: rows.what(row), where: rows.where(row) });
      else if (now !== undefined) others.push(difference(rows.seen(row), rows.seen(now), rows.what(now), rows.where(now)));
    }
  }
  return [...differences, ...others];
}

function difference(before: object | undefined, after: object | undefined, what: string, where: string): Difference {
  if (before === undefined) return { change: 'made', what, where };
  if (after === undefined) return { change: 'removed', what, where };
  const [was, became] = [flat(before), flat(after)];
  const names = [...new Set([...was.keys(), ...became.keys()])].filter((name) => was.get(name) !== became.get(name));
  const shown = names.map((name) => {
    const isSecret = /password|privateKey|ntHash|secretHash|digestKeys|credential/i.test(name);
    const pair: readonly [unknown, unknown] = isSecret ? ['***', '***'] : [parsed(was.get(name)), parsed(became.get(name))];
    return [name, pair] as const;
  });
  return { change: 'changed', what, where, properties: Object.fromEntries(shown) };
}

/** Properties by their path, each as JSON. */
function flat(value: object, path = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const [name, member] of Object.entries(value) as [string, unknown][]) {
    if (typeof member === 'object' && member !== null && !Array.isArray(member))
      for (const [inner, text] of flat(member, `${path}${name}.`)) all.set(inner, text);
    else if (member !== undefined) all.set(`${path}${name}`, JSON.stringify(member));
  }
  return all;
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? null : JSON.parse(text);
}

function digest(row: Row): string {
  return createHash('sha256').update(JSON.stringify(row)).digest('base64');
}

/** Addresses of mailboxes, by the GUID inside of ids. */
async function mailboxNames({ read }: Store): Promise<readonly (readonly [guid: string, name: string])[]> {
  const addresses = new Map(
    (await read.selectFrom('recipient').select(['guid', 'primary_address']).execute()).map((row) => [row.guid, row.primary_address]),
  );
  const all = await read.selectFrom('mailbox').select(['guid', 'recipient', 'kind']).execute();
  return all.map(({ guid, recipient, kind }) => [
    guid,
    `${addresses.get(recipient) ?? recipient}${kind === 'archive' ? ' (archive)' : ''}`,
  ]);
}

type Names = ReadonlyMap<string, string>;

function mailboxes(names: Names): Rows {
  return {
    async *slices({ read }) {
      yield await read.selectFrom('mailbox').selectAll().execute();
    },
    key: ({ guid }) => String(guid),
    seen: ({ transit_until: _until, ...row }) => row,
    where: ({ organization }) => String(organization),
    what: ({ guid }) => names.get(String(guid)) ?? String(guid),
  };
}

function folders(names: Names): Rows {
  return {
    async *slices({ read }) {
      yield await read.selectFrom('folder').selectAll().execute();
    },
    key: keyInMailbox,
    seen({ display_name, parent, role, class: type, bag }) {
      return { display_name, parent, role, class: type, ...bagOf(bag) };
    },
    where: ({ mailbox }) => names.get(String(mailbox)) ?? String(mailbox),
    what: ({ display_name }) => String(display_name),
  };
}

async function items(names: Names, ...stores: readonly Store[]): Promise<Rows> {
  const titles = new Map<string, string>();
  for (const { read } of stores) {
    const all = await read.selectFrom('folder').select(['mailbox', 'counter', 'display_name']).execute();
    for (const { mailbox, counter, display_name } of all) titles.set(`${mailbox} ${counter}`, display_name);
  }
  return {
    async *slices({ read }) {
      for (let after: readonly [mailbox: string, counter: number] = ['', 0]; ; ) {
        const [mailbox, counter] = after;
        const slice = await read
          .selectFrom('item')
          .selectAll()
          .where((row) => row.or([row('mailbox', '>', mailbox), row.and([row('mailbox', '=', mailbox), row('counter', '>', counter)])]))
          .orderBy('mailbox')
          .orderBy('counter')
          .limit(sliceRows)
          .execute();
        yield slice;
        const last = slice.at(-1);
        if (last === undefined || slice.length < sliceRows) return;
        after = [last.mailbox, last.counter];
      }
    },
    key: keyInMailbox,
    seen({ change_number: _number, modified: _modified, article_number: _article, subject_fold: _subject, from_fold: _from, bag, ...row }) {
      return { ...row, ...bagOf(bag) };
    },
    where: ({ mailbox }) => names.get(String(mailbox)) ?? String(mailbox),
    what: ({ mailbox, folder, subject, class: type }) =>
      `${titles.get(`${String(mailbox)} ${String(folder)}`) ?? ''}: ${String(subject ?? type)}`,
  };
}

const queue: Rows = {
  async *slices({ read }) {
    yield await read.selectFrom('transport_message').selectAll().execute();
  },
  key: ({ organization, number }) => `${String(organization)} ${String(number)}`,
  seen: ({ sender, subject, internet_message_id, size }) => ({ sender, subject, internet_message_id, size }),
  where: ({ organization }) => String(organization),
  what: ({ subject, sender }) => `${String(subject)} from ${String(sender) || '<>'}`,
};

function keyInMailbox({ mailbox, counter }: Row): string {
  return `${String(mailbox)} ${String(counter)}`;
}

/** What a program writes at every change is none of its own: PidTagLastModificationTime, -ModifierName, -ChangeKey, -PredecessorChangeList. */
const byItself = /^0x(?:3008|3FFA|3FFB|65E2|65E3)/i;

function bagOf(bag: unknown): Row {
  const all = (typeof bag === 'string' ? JSON.parse(bag) : bag) as Row;
  return Object.fromEntries(Object.entries(all).filter(([tag]) => !byItself.test(tag)));
}
