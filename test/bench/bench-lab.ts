import { rm } from 'node:fs/promises';
import { catalogue, type ServiceParts } from '../../services/catalogue.ts';
import { readConfig } from '../../services/config.ts';
import { type Foundation, layFoundation, version } from '../../services/foundation.ts';
import { createFrontend } from '../../services/frontend/service.ts';
import { listen } from '../../services/listeners.ts';
import { folderMessages } from '../../shared/bridges/seed/folder-messages.ts';
import { mailboxOwners } from '../../shared/bridges/seed/mailbox-owner.ts';
import { createFolder } from '../../shared/domain/mailbox/folder-writes.ts';
import { allFolders, requireFolder } from '../../shared/domain/mailbox/folders.ts';
import { createItems } from '../../shared/domain/mailbox/item-writes.ts';
import { getMailbox } from '../../shared/domain/mailbox/mailboxes.ts';
import { asItIs } from '../../shared/domain/organization/advertised-urls.ts';
import { worldTimeLimits } from '../../shared/domain/world/time-limits.ts';
import { present } from '../../shared/kernel/assert.ts';
import type { PropertyBag } from '../../shared/kernel/mapi.ts';
import { seededRandom } from '../../shared/kernel/random.ts';
import { idWriter } from '../../shared/protocols/ews/item-id.ts';
import type { HttpsDoorOptions } from '../../shared/service/https-door.ts';
import { soapControl } from './soap-control.ts';

/** The front end of Contoso with the real EWS behind `/EWS/` and the control behind `/autodiscover/`. */
export interface BenchLab {
  readonly port: number;
  readonly authorization: string;
  readonly foundation: Foundation;
  /** What services and listeners are made from. */
  readonly parts: ServiceParts;
  readonly door: HttpsDoorOptions;
  /** What the control answers from now on. */
  record(answer: string): void;
  /** Puts a folder of so many messages into the user's mailbox; `more`: what else the n-th of them has. */
  fill(name: string, messages: number, more?: (number: number) => PropertyBag): Promise<void>;
  folderId(name: string): Promise<string>;
  /** Waits until the journal has stored everything. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const mail = 'mary@contoso.test';

/**
 * Lays a lab as `services/main.ts` does, with one listener of its own. The control stands in the place of Autodiscover, so
 * that both operations share listener, TLS, journal, seams and client.
 */
export async function openBenchLab(dataDir: string): Promise<BenchLab> {
  const config = readConfig(['--port', '0', '--data-dir', dataDir], {}, { workingDir: dataDir, terminal: false });
  const foundation = await layFoundation(config, () => {});
  await foundation.seed();
  const { store, registry, directory, faults: seams, identifiers, journal, clock, certificates, world, tokens, keys } = foundation;
  const organization = present(
    world.organizations.find(({ name }) => name === 'contoso'),
    'the organisation',
  );
  const mary = present(
    organization.recipients.find((recipient) => recipient.mail === mail),
    'the user',
  );
  const published = new Map<string, number>();
  const nobody = (): Promise<never> => Promise.reject(new Error('the bench dials nobody'));
  const dialer: ServiceParts['dialer'] = {
    https: nobody,
    listener: nobody,
    imap: nobody,
    hold: () => ({ https: nobody, close: () => Promise.resolve() }),
  };
  const parts: ServiceParts = {
    store,
    organizations: () => registry.current(),
    settings: registry.settings,
    directory,
    publishedPorts: () => published,
    spell: asItIs,
    clock,
    limits: worldTimeLimits(clock),
    ending: new AbortController().signal,
    dialer,
    names: { lookUp: () => Promise.reject(new Error('the bench asks for no name')) },
    tokens,
    seams,
    identifiers,
    cmdlets: { store, registry, directory, dialer, tokens, identifiers, keys },
  };
  const door: HttpsDoorOptions = { recorder: journal, clock, identifiers, seams, version, traceHeaders: true, certificates };
  const ews = await present(catalogue['ews'], 'the service')(parts);
  const control = soapControl('/autodiscover/control', seams);
  await Promise.all([ews.ready(), control.app.ready()]);
  const frontend = await createFrontend({
    ...door,
    organizations: (await registry.current()).all.filter(({ name }) => name === organization.name),
    defaultOrganization: organization.name,
    apps: new Map([
      ['ews', ews],
      ['autodiscover', control.app],
    ]),
  });
  const port = await listen(frontend.server, '127.0.0.1', 0, 'the bench');
  published.set(organization.name, port);
  const userName = `${organization.netbiosName}\\${mary.account?.samAccountName}`;
  return {
    port,
    foundation,
    parts,
    door,
    authorization: `Basic ${Buffer.from(`${userName}:${mary.account?.password}`).toString('base64')}`,
    record: control.record,
    fill: (name, messages, more) => fillFolder(foundation, name, messages, more),
    folderId: (name) => folderIdOf(foundation, name),
    settle: () => journal.flush(),
    async close() {
      await frontend.close(0);
      await Promise.all([ews.close(), control.app.close()]);
      await foundation.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Fills in slices, as the seed does: a transaction is bounded in time. */
async function fillFolder(
  { store, world, clock }: Pick<Foundation, 'store' | 'world'> & { readonly clock: { now(): number } },
  name: string,
  messages: number,
  more: (number: number) => PropertyBag = () => ({}),
): Promise<void> {
  const owners = mailboxOwners(world);
  const owner = present(
    owners.find(({ address }) => address === mail),
    'the owner',
  );
  const now = clock.now();
  const { counter } = await store.transaction(async (tx) => {
    const root = await requireFolder(tx, owner.mailbox, 'msgfolderroot');
    return createFolder(tx, owner.mailbox, { parent: root.counter, displayName: name, class: 'IPF.Note' }, now);
  });
  let filled = 0;
  for (const drafts of folderMessages(owner, { name, messages }, owners, now, seededRandom(name))) {
    const numbered = drafts.map((draft, index) => ({ ...draft, properties: { ...draft.properties, ...more(filled + index) } }));
    filled += drafts.length;
    await store.transaction((tx) => createItems(tx, owner.mailbox, counter, numbered, now));
  }
}

/** The EWS id of a folder of that name in the user's mailbox. */
async function folderIdOf({ store, world }: Foundation, name: string): Promise<string> {
  const { mailbox } = present(
    mailboxOwners(world).find(({ address }) => address === mail),
    'the owner',
  );
  const { databaseGuid } = present(await getMailbox(store.read, mailbox), 'the mailbox');
  const folder = present(
    (await allFolders(store.read, mailbox)).find((one) => one.display_name === name),
    `the folder ${name}`,
  );
  return idWriter({ mailbox, database: databaseGuid }).folderId(folder.counter);
}
