import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readExcluded } from '../../../shared/bridges/migration/imap-exclude.ts';
import { type ImapEvent, type ImapSync, imapLimits, syncImap } from '../../../shared/bridges/migration/imap-sync.ts';
import { createMailbox } from '../../../shared/domain/mailbox/mailboxes.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { namedGuid } from '../../../shared/kernel/ids.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { calmSeams } from '../../../shared/kernel/seams.ts';
import { type CertificateStore, createCertificateStore } from '../../../shared/net/certificates.ts';
import { createDialer } from '../../../shared/net/dialer.ts';
import type { ImapLink } from '../../../shared/net/imap-dial.ts';
import { openStore, type Store } from '../../../shared/store/database.ts';
import { canRunDovecot, type Dovecot, dovecotPassword, dovecotProgram, startDovecot } from '../../support/dovecot.ts';
import { createMemoryRecorder } from '../../support/recorder.ts';
import { requireTool } from '../../support/tools.ts';

const at = Date.UTC(2026, 10, 21);
const clock = { now: () => at };
const mailbox = namedGuid('mary');
const cleanUp: (() => unknown)[] = [];

describe.skipIf(!requireTool(dovecotProgram, 'dovecot-imapd (and be root)', canRunDovecot()))('the sync of one account', () => {
  let certificates: CertificateStore;
  let dovecot: Dovecot;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coexist-imap-sync-'));
    certificates = await createCertificateStore({ folder, realNow: () => Date.now() });
    const { certPem, chain, keyPem } = await certificates.leafFor(['imap.source.test']);
    dovecot = await startDovecot({ cert: [certPem, ...chain].join(''), key: keyPem });
    return async () => {
      await dovecot.stop();
      await rm(folder, { recursive: true });
    };
  }, 30_000);

  let store: Store;
  beforeEach(async () => {
    store = await openStore({ location: ':memory:' });
    const ids = { databaseGuid: namedGuid('database'), replicaGuid: namedGuid('replica') };
    await store.transaction((tx) =>
      createMailbox(tx, { guid: mailbox, organization: 'cloud', recipient: namedGuid('person'), kind: 'primary', ...ids }, at),
    );
  });
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
    await store.close();
  });

  async function link(userName: string): Promise<ImapLink> {
    const dialer = createDialer({
      ...{ caPem: certificates.caPem, clock, recorder: createMemoryRecorder(), seams: calmSeams },
      resolve: () => ({ address: '127.0.0.1', port: dovecot.imaps }),
    });
    const call = { host: 'imap.source.test', port: 993, security: 'Ssl', service: 'migration', timeoutMs: 5_000, idleMs: 5_000 } as const;
    const opened = await dialer.imap({ ...call, signIn: { userName, password: dovecotPassword } });
    cleanUp.push(
      () => dialer.close(),
      () => opened.close(),
    );
    return opened;
  }

  /** One synchronisation; gives what it told. */
  async function sync(opened: ImapLink, userName: string, more: Partial<ImapSync> & { excludes?: readonly string[] } = {}) {
    const told: ImapEvent[] = [];
    const { excludes = [], ...changes } = more;
    await syncImap(opened, {
      ...{ store, mailbox, account: { host: 'imap.source.test', userName }, root: null, left: new Set(), isFirst: true },
      excluded: excludes.map((name) => present(readExcluded(name), name)),
      ...{ limits: imapLimits, now: () => at, signal: new AbortController().signal },
      tell: async (event) => void told.push(event),
      ...changes,
    });
    return {
      found: told.flatMap((event) => (event.what === 'listed' ? [event.total.count] : []))[0],
      copied: told.reduce((sum, event) => (event.what === 'written' ? sum + event.amount.count : sum), 0),
      left: told.flatMap((event) => (event.what === 'left' ? [`${event.kind}: ${event.subject}`] : [])),
      told,
    };
  }

  /** `Inbox/Old: subject`, sorted. */
  async function holdings(): Promise<readonly string[]> {
    const folders = await store.read.selectFrom('folder').select(['counter', 'parent', 'role', 'display_name']).execute();
    const pathOf = (counter: number | null): string => {
      const folder = folders.find((one) => one.counter === counter);
      return folder === undefined || folder.role === 'msgfolderroot' ? '' : `${pathOf(folder.parent)}/${folder.display_name}`;
    };
    const items = await store.read.selectFrom('item').select(['folder', 'subject']).execute();
    return items.map(({ folder, subject }) => `${pathOf(folder)}: ${subject}`).toSorted((one, other) => (one < other ? -1 : 1));
  }

  const message = (subject: string): string => `From: Ann <ann@source.test>\r\nSubject: ${subject}\r\n\r\nabout ${subject}\r\n`;

  test('folders, flags, dates and octets come over; later what is new; what was done to a copy stays', async () => {
    const received = Date.UTC(2019, 2, 4, 5, 6, 7);
    await dovecot.as('full', async (client) => {
      await client.append('INBOX', message('one'), ['\\Flagged', '\\Seen'], new Date(received));
      await client.append('INBOX', message('two'), ['\\Answered']);
      await client.append('INBOX', message('deleted'), ['\\Deleted']);
      await client.append('Drafts', message('unsent'), ['\\Draft']);
      await client.append('Sent', message('sent'), ['\\Seen']);
      await client.mailboxCreate('Projects/Löwe');
      await client.append('Projects/Löwe', message('deep'));
      await client.mailboxCreate('Calendar');
      await client.append('Calendar', message('no appointment'));
    });
    const opened = await link('full');
    expect(await sync(opened, 'full')).toMatchObject({ found: 6, copied: 6, left: [] });
    const first = [
      '/Calendar 1: no appointment',
      '/Drafts: unsent',
      '/Inbox: one',
      '/Inbox: two',
      '/Projects/Löwe: deep',
      '/Sent Items: sent',
    ];
    expect(await holdings()).toEqual(first);
    const rows = await store.read.selectFrom('item').select(['subject', 'received', 'is_read', 'flags', 'bag', 'mime']).execute();
    const row = (subject: string) => rows.find((one) => one.subject === subject);
    expect(row('one')).toMatchObject({ received, is_read: 1, mime: expect.any(String) });
    expect(JSON.parse(row('one')?.bag ?? '')).toMatchObject({ [tags.flagStatus]: 2 });
    expect(row('two')).toMatchObject({ is_read: 0 });
    expect(JSON.parse(row('two')?.bag ?? '')).toMatchObject({ [tags.lastVerbExecuted]: 102, [tags.iconIndex]: 261 });
    expect(row('unsent')).toMatchObject({ flags: 8 });
    expect(row('sent')).toMatchObject({ flags: 0 });

    expect(await sync(opened, 'full')).toMatchObject({ found: 6, copied: 0 });
    await dovecot.as('full', (client) => client.append('INBOX', message('three')));
    await store.transaction((tx) => tx.deleteFrom('item').where('subject', '=', 'two').execute());
    expect(await sync(await link('full'), 'full')).toMatchObject({ found: 7, copied: 1 });
    expect(await holdings()).toEqual([...first.slice(0, 3), '/Inbox: three', ...first.slice(4)]);
  });

  test('UserRoot is where an account begins', async () => {
    await dovecot.as('rooted', async (client) => {
      await client.mailboxCreate('Public/Mary/Old');
      await client.append('INBOX', message('not hers'));
      await client.append('Public/Mary/Old', message('hers'));
    });
    expect(await sync(await link('rooted'), 'rooted', { root: 'Public/Mary' })).toMatchObject({ copied: 1 });
    expect(await holdings()).toEqual(['/Old: hers']);
  });

  test('excluded folders stay behind, with what is below them where that is said', async () => {
    await dovecot.as('picky', async (client) => {
      for (const folder of ['Old', 'Old/Older', 'Lists', 'Lists/One', '#Notes#', '[Gmail]/All Mail']) {
        await client.mailboxCreate(folder);
        await client.append(folder, message(folder));
      }
      await client.append('INBOX', message('inbox'));
      await client.append('Trash', message('trash'));
    });
    const excludes = ['old/*', '/Lists', '#DeletedItems#', '\\#Notes\\#', '[Gmail]/All Mail'];
    expect(await sync(await link('picky'), 'picky', { excludes })).toMatchObject({ copied: 2 });
    expect(await holdings()).toEqual(['/Inbox: inbox', '/Lists/One: Lists/One']);
    expect(await sync(await link('picky'), 'picky', { excludes: ['#Root#/*'] })).toMatchObject({ copied: 0 });
  });

  test('a folder that is renamed or made anew brings nothing twice; two copies at the source are two', async () => {
    await dovecot.as('renamer', async (client) => {
      await client.mailboxCreate('Old/Deep');
      for (const folder of ['Old/Deep', 'INBOX']) await client.append(folder, message('one'));
      await client.append('Old/Deep', message('one'));
      await client.append('Old/Deep', message('two'));
    });
    expect(await sync(await link('renamer'), 'renamer')).toMatchObject({ copied: 4 });
    const first = await holdings();
    await dovecot.as('renamer', async (client) => {
      await client.mailboxRename('Old', 'New');
      await client.append('New/Deep', message('three'));
    });
    const again = { isFirst: false };
    expect(await sync(await link('renamer'), 'renamer', again)).toMatchObject({ copied: 1 });
    expect(await holdings()).toEqual(['/Inbox: one', '/New/Deep: three', ...first.slice(1)]);
    expect(await sync(await link('renamer'), 'renamer', again)).toMatchObject({ copied: 0 });
    // Another UIDVALIDITY: as after a server was restored. One more copy of the same octets is one more message.
    await dovecot.as('renamer', async (client) => {
      await client.mailboxDelete('New/Deep');
      await client.mailboxCreate('New/Deep');
      for (const subject of ['three', 'two', 'one', 'one', 'one']) await client.append('New/Deep', message(subject));
    });
    expect(await sync(await link('renamer'), 'renamer', again)).toMatchObject({ copied: 1 });
    expect((await holdings()).filter((line) => line.endsWith(': one'))).toHaveLength(4);
    expect(await sync(await link('renamer'), 'renamer', again)).toMatchObject({ copied: 0 });
  });

  test('flags that change and messages that go later are not followed; one that is moved there comes to the other folder too', async () => {
    await dovecot.as('later', async (client) => {
      await client.mailboxCreate('Kept');
      for (const subject of ['one', 'two', 'three']) await client.append('INBOX', message(subject));
    });
    await sync(await link('later'), 'later');
    await dovecot.as('later', async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageFlagsAdd('1', ['\\Seen', '\\Flagged'], { uid: true });
      await client.messageDelete('2', { uid: true });
      await client.messageMove('3', 'Kept', { uid: true });
    });
    expect(await sync(await link('later'), 'later', { isFirst: false })).toMatchObject({ copied: 1 });
    expect(await holdings()).toEqual(['/Inbox: one', '/Inbox: three', '/Inbox: two', '/Kept: three']);
    const { is_read } = await store.read.selectFrom('item').select('is_read').where('subject', '=', 'one').executeTakeFirstOrThrow();
    expect(is_read).toBe(0);
  });

  test('what is too long is left out and told of once; of too many messages the newest come', async () => {
    await dovecot.as('much', async (client) => {
      await client.mailboxCreate('Archived');
      for (let year = 2010; year < 2020; year += 1)
        await client.append(year % 2 === 0 ? 'INBOX' : 'Archived', message(`y${year}`), [], new Date(Date.UTC(year, 1)));
      await client.append('INBOX', message(`long ${'x'.repeat(2_000)}`.slice(0, 60)) + 'y'.repeat(5_000), [], new Date(Date.UTC(2021, 1)));
    });
    const limits = { bytes: 4_000, items: 6 };
    const found = await sync(await link('much'), 'much', { limits });
    expect(found).toMatchObject({ copied: 5, left: [expect.stringMatching(/^LargeItem: long x+/)] });
    expect(found.told).toContainEqual(expect.objectContaining({ what: 'listed', beyond: 5 }));
    const left = new Set(found.told.flatMap((event) => (event.what === 'left' ? [event.key] : [])));
    expect((await holdings()).map((line) => line.slice(-4)).toSorted()).toEqual(['2015', '2016', '2017', '2018', '2019'].map(String));
    expect(await sync(await link('much'), 'much', { limits, left, isFirst: false })).toMatchObject({ copied: 1, left: [] });
    expect(await sync(await link('much'), 'much', { limits, left, isFirst: false })).toMatchObject({ copied: 0, left: [] });
    expect((await holdings()).filter((line) => line.endsWith('y2014'))).toHaveLength(1);
  });

  test('whatever a server calls its folders, the mail of each comes', async () => {
    const names = [['Work'], ['work'], ['ＷＯＲＫ'], [''], [' '], ['a\u0000b'], ['x'.repeat(1_000)], ['\ud800'], ['Straße'], ['STRASSE']];
    const folders = [...names, ['Contacts'], ['Outbox'], ['Deleted Items'], ['Inbox', 'Inbox'], ['a/b']].map((one) => ({
      names: one,
      path: one.join('|'),
    }));
    const odd: ImapLink = {
      folders: () => Promise.resolve(folders.map(({ path, names: own }) => ({ path, names: own, use: null }))),
      select: () => Promise.resolve({ uidValidity: '1', exists: 1 }),
      messages: () => Promise.resolve([{ uid: 1, flags: [], received: null, size: 10 }]),
      message: () => Promise.resolve(Buffer.from(message('odd'))),
      subject: () => Promise.resolve(''),
      close: () => {},
    };
    expect(await sync(odd, 'odd')).toMatchObject({ copied: folders.length, left: [] });
    expect(await sync(odd, 'odd', { isFirst: false })).toMatchObject({ copied: 0 });
    const found = await holdings();
    expect(found).toHaveLength(folders.length);
    expect(found.filter((line) => /^\/(?:Contacts|Outbox):/.test(line))).toEqual([]);
  });

  test('however often it is broken off, each message comes once', async () => {
    const count = 130;
    await dovecot.as('long', async (client) => {
      for (let number = 0; number < count; number += 1) await client.append('INBOX', message(`n${number}`));
    });
    let rounds = 0;
    for (const after of [0, 49, 1, 29, 1]) {
      const opened = await link('long');
      let left = after;
      const breaking: ImapLink = {
        ...opened,
        message: (uid) => (left-- > 0 ? opened.message(uid) : Promise.reject(new Error('the line broke'))),
      };
      await expect(sync(breaking, 'long')).rejects.toThrow('the line broke');
      rounds += 1;
    }
    const stopped = new AbortController();
    stopped.abort();
    await expect(sync(await link('long'), 'long', { signal: stopped.signal })).rejects.toMatchObject({ code: 'interrupted' });
    // Two at once, as when a lease was lost.
    const both = await Promise.all([sync(await link('long'), 'long'), sync(await link('long'), 'long')]);
    expect(rounds).toBe(5);
    // What had come before the line broke is kept.
    expect(both.reduce((sum, { copied }) => sum + copied, 0)).toBe(count - 80);
    const subjects = (await holdings()).map((one) => one.replace('/Inbox: n', ''));
    expect(new Set(subjects).size).toBe(count);
    expect(subjects).toHaveLength(count);
  });
});
