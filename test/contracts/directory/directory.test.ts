import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Directory, openDirectory } from '../../../shared/domain/directory/directory.ts';
import type { Recipient } from '../../../shared/domain/directory/recipient.ts';
import { createRecipients, readRecipients, removeRecipient, updateRecipient } from '../../../shared/domain/directory/recipients.ts';
import type { Store } from '../../../shared/store/database.ts';
import { loadSnapshot, writeSnapshot } from '../../../shared/store/snapshot.ts';
import { describeOnEveryStore } from '../../support/stores.ts';
import { recipient } from './recipients.ts';

const people = [
  recipient('asmith', { displayName: 'Anna Smith', details: { givenName: 'Anna', surname: 'Smith' } }),
  recipient('bsmith', {
    displayName: 'Smith, Bob',
    details: { givenName: 'Bob', surname: 'Smith' },
    addresses: ['SMTP:bob@acme.test', 'smtp:robert@acme.test'],
  }),
  recipient('jmueller', { displayName: 'Jörg Müller', details: { givenName: 'Jörg', surname: 'Müller' } }),
  recipient('tanaka', { displayName: '田中 さくら' }),
  recipient('staff', { displayName: 'All staff', type: 'MailUniversalDistributionGroup', samAccountName: null, userPrincipalName: null }),
];

describeOnEveryStore('directory', (source) => {
  let store: Store;
  let directory: Directory;

  beforeEach(async () => {
    store = await source.open();
    directory = openDirectory(store, 'acme');
  });

  afterEach(() => directory.close());

  const create = (...recipients: readonly Recipient[]) =>
    store.transaction((tx) => createRecipients(tx, recipients[0]?.organization ?? 'acme', recipients, 1_000));

  test('a recipient comes back as it was written', async () => {
    const mary = recipient('mary');
    const written = recipient('ann', {
      displayName: 'Ánn Müller',
      type: 'RemoteUserMailbox',
      addresses: ['SMTP:ann@acme.test', 'X500:/o=Old/cn=ann', 'smtp:ann@acme.mail.test'],
      targetAddress: 'ann@acme.mail.test',
      ntHash: 'a4f49c406510bdcab6824ee7c30fd852',
      enabled: false,
      details: { givenName: 'Ánn', phone: '+49 30 1' },
      members: [mary.guid],
      access: [{ trustee: mary.guid, right: 'FullAccess', inherited: false }],
    });
    await create(mary, written);
    expect(await readRecipients(store.read, 'acme', [written.guid])).toEqual([written]);
    expect((await readRecipients(store.read, 'acme')).length).toBe(2);
    expect(await readRecipients(store.read, 'other')).toEqual([]);
  });

  test('every kind of name finds its recipient, without case', async () => {
    const ann = recipient('ann', {
      addresses: ['SMTP:ann@acme.test', 'X500:/o=Old/cn=ann', 'smtp:Ann.Other@acme.test'],
      userPrincipalName: 'a@acme.test',
    });
    await create(ann, recipient('bob'));
    const found = [
      directory.byGuid(ann.guid),
      directory.byAddress('ANN@acme.test'),
      directory.byAddress('smtp:ann.other@ACME.test'),
      directory.byAddress('x500:/O=Old/cn=ANN'),
      directory.byUserPrincipalName('A@acme.test'),
      directory.byAccountName('Ann'),
      directory.byAlias('ANN'),
      directory.byLegacyDn(ann.legacyDn.toUpperCase()),
      directory.byLegacyDn('/o=Old/cn=ann'),
      directory.byExchangeGuid(ann.exchangeGuid ?? ann.guid),
      directory.bySid(ann.sid.toLowerCase()),
      directory.byNetId(ann.netId),
    ];
    expect((await Promise.all(found)).map((one) => one?.alias)).toEqual(found.map(() => 'ann'));
    const missed = [
      directory.byAddress('ann+list@acme.test'),
      directory.byAddress('ann'),
      directory.byUserPrincipalName('ann@acme.test'),
      directory.byGuid(ann.exchangeGuid ?? ann.guid),
      directory.bySid(`${ann.sid}0`),
      directory.byNetId(''),
    ];
    expect((await Promise.all(missed)).map((one) => one?.alias)).toEqual(missed.map(() => undefined));
  });

  test('what was looked up before a change is found anew after it', async () => {
    const ann = recipient('ann');
    await create(ann);
    expect((await directory.byAddress('ann@acme.test'))?.enabled).toBe(true);
    await store.transaction((tx) =>
      updateRecipient(tx, { ...ann, enabled: false, primaryAddress: 'anna@acme.test', addresses: ['SMTP:anna@acme.test'] }, 2_000),
    );
    expect(await directory.byAddress('ann@acme.test')).toBeUndefined();
    expect((await directory.byAddress('anna@acme.test'))?.enabled).toBe(false);
    await create(recipient('bob', { addresses: ['SMTP:ann@acme.test'], primaryAddress: 'ann@acme.test' }));
    expect((await directory.byAddress('ann@acme.test'))?.alias).toBe('bob');
    await store.transaction((tx) => removeRecipient(tx, 'acme', ann.guid, 3_000));
    expect(await directory.byAddress('anna@acme.test')).toBeUndefined();
    expect((await directory.resolveNames('b')).recipients.map(({ alias }) => alias)).toEqual(['bob']);
    expect((await directory.resolveNames('anna')).recipients).toEqual([]);
  });

  test('a transaction that is undone changes nothing', async () => {
    await create(recipient('ann'));
    await directory.byAlias('ann');
    const undone = store.transaction(async (tx) => {
      await createRecipients(tx, 'acme', [recipient('bob')], 1);
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    expect(await directory.byAlias('bob')).toBeUndefined();
  });

  test('every write is a change of the organisation', async () => {
    const ann = recipient('ann');
    await create(ann, recipient('bob'));
    await store.transaction((tx) => updateRecipient(tx, ann, 2));
    await store.transaction((tx) => removeRecipient(tx, 'acme', ann.guid, 3));
    const rows = await store.read.selectFrom('change').selectAll().where('scope', '=', 'organization:acme').orderBy('sequence').execute();
    expect(rows.map(({ sequence, kind, identity, operation }) => [sequence, kind, identity, operation])).toEqual([
      [1, 'recipient', ann.guid, 'create'],
      [2, 'recipient', recipient('bob').guid, 'create'],
      [3, 'recipient', ann.guid, 'update'],
      [4, 'recipient', ann.guid, 'delete'],
    ]);
  });

  test.each([
    ['an address', recipient('bob', { addresses: ['SMTP:bob@acme.test', 'smtp:ANN@acme.test'] }), 'address-taken'],
    ['an alias', recipient('bob', { alias: 'ANN' }), 'name-taken'],
    ['an account name', recipient('bob', { samAccountName: 'Ann' }), 'name-taken'],
    ['a user principal name', recipient('bob', { userPrincipalName: 'ANN@acme.test' }), 'name-taken'],
  ])('%s that another recipient has is refused, and nothing is written', async (_what, second, code) => {
    await create(recipient('ann'));
    await expect(create(second)).rejects.toMatchObject({ code });
    await expect(create({ ...second, organization: 'other' })).resolves.toBeUndefined();
    await expect(create({ ...second, guid: recipient('x').guid })).rejects.toMatchObject({ code });
    expect((await readRecipients(store.read, 'acme')).map(({ alias }) => alias)).toEqual(['ann']);
  });

  test('one name twice in one call is refused; a recipient keeps its own names', async () => {
    await expect(create(recipient('ann'), recipient('bob', { alias: 'Ann' }))).rejects.toMatchObject({ code: 'name-taken' });
    await expect(create(recipient('ann'), recipient('bob', { addresses: ['SMTP:Ann@acme.test'] }))).rejects.toMatchObject({
      code: 'address-taken',
    });
    await create(recipient('ann'), recipient('bob'));
    await expect(store.transaction((tx) => updateRecipient(tx, recipient('ann'), 1))).resolves.toBeUndefined();
    await expect(store.transaction((tx) => updateRecipient(tx, recipient('ann', { alias: 'bob' }), 1))).rejects.toMatchObject({
      code: 'name-taken',
    });
    await expect(store.transaction((tx) => updateRecipient(tx, recipient('nobody'), 1))).rejects.toMatchObject({
      code: 'recipient-not-found',
    });
    await expect(store.transaction((tx) => removeRecipient(tx, 'acme', recipient('nobody').guid, 1))).rejects.toMatchObject({
      code: 'recipient-not-found',
    });
  });

  test.each([
    ['smith', ['asmith', 'bsmith']],
    ['SMI', ['asmith', 'bsmith']],
    ['ann', ['asmith']],
    ['anna  sm', ['asmith']],
    ['smith bob', ['bsmith']],
    ['b smith', ['bsmith']],
    ['robert@', []],
    ['smtp:robert@', ['bsmith']],
    ['bsmith@acme.test', ['bsmith']],
    ['MÜLL', ['jmueller']],
    ['田中', ['tanaka']],
    ['all s', ['staff']],
    ['mith', []],
    ['', []],
    ['a'.repeat(100_000), []],
    ['   ', []],
    ['SMTP:robert@acme.test', ['bsmith']],
    ['smtp:ROB', ['bsmith']],
    ['smtp', []],
    ['x500:rob', []],
    ['SMTP:asmith@acme.test', ['asmith']],
    [people[0]?.legacyDn ?? '', ['asmith']],
  ])('ambiguous name resolution of %j', async (text, aliases) => {
    await create(...people);
    const { recipients, isComplete } = await directory.resolveNames(text);
    expect(recipients.map(({ alias }) => alias)).toEqual(aliases);
    expect(isComplete).toBe(true);
  });

  test('name resolution stops at its limit and says so', async () => {
    await create(...Array.from({ length: 130 }, (_, index) => recipient(`user${String(index).padStart(3, '0')}`)));
    const all = await directory.resolveNames('user');
    expect([all.recipients.length, all.isComplete, all.recipients[0]?.alias, all.recipients[99]?.alias]).toEqual([
      100,
      false,
      'user000',
      'user099',
    ]);
    expect(await directory.resolveNames('user00', 10)).toMatchObject({ isComplete: true });
    expect(await directory.resolveNames('user', 9)).toMatchObject({ isComplete: false });
    await expect(directory.resolveNames('user', 101)).rejects.toThrow('defect');
  });

  test('members are those that still exist', async () => {
    const [ann, bob] = [recipient('ann'), recipient('bob')];
    const group = recipient('all', { type: 'MailUniversalDistributionGroup', members: [bob.guid, ann.guid] });
    await create(ann, bob, group);
    expect((await directory.members(group)).map(({ alias }) => alias)).toEqual(['bob', 'ann']);
    await store.transaction((tx) => removeRecipient(tx, 'acme', bob.guid, 1));
    expect((await directory.members(group)).map(({ alias }) => alias)).toEqual(['ann']);
  });

  test('a look-up without a change in between asks the store nothing', async () => {
    await create(...people);
    await directory.byAlias('asmith');
    const inside = store.transaction(async () => [
      await directory.byAlias('asmith'),
      await directory.byUserPrincipalName('tanaka@acme.test'),
    ]);
    // Reading the store inside a transaction is a defect: that it is none here shows that nothing was read.
    expect((await inside).map((found) => found?.alias)).toEqual(['asmith', 'tanaka']);
  });

  test('a change by another process is heard', async () => {
    await create(recipient('ann'));
    await directory.byAlias('ann');
    const other = await source.another();
    await other.transaction((tx) => createRecipients(tx, 'acme', [recipient('bob')], 1));
    await vi.waitFor(async () => expect((await directory.byAlias('bob'))?.alias).toBe('bob'));
  });

  test('a store whose content was replaced is read anew', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coexist-directory-'));
    await create(recipient('ann'));
    await writeSnapshot(store, join(folder, 'one'), 'one');
    await store.transaction((tx) => removeRecipient(tx, 'acme', recipient('ann').guid, 2));
    await create(recipient('bob'));
    expect((await directory.byAlias('bob'))?.alias).toBe('bob');
    expect(await loadSnapshot(store, join(folder, 'one'), 'one')).toBe('loaded');
    expect([(await directory.byAlias('ann'))?.alias, (await directory.byAlias('bob'))?.alias]).toEqual(['ann', undefined]);
    await rm(folder, { recursive: true });
  });
});
