import { type Acceptance, carryOutAcceptance, planAcceptance, type TransportGround } from '../../../shared/bridges/mailflow/accept.ts';
import { pastHeld } from '../../../shared/bridges/mailflow/past-held.ts';
import { draftFromMime } from '../../../shared/bridges/message/draft-from-mime.ts';
import { type Directory, openDirectory } from '../../../shared/domain/directory/directory.ts';
import { localMailbox } from '../../../shared/domain/directory/recipient.ts';
import { getFolderByRole } from '../../../shared/domain/mailbox/folders.ts';
import { readMessages } from '../../../shared/domain/mailflow/queue-messages.ts';
import type { EnvelopeRecipient, TransportFacts, TransportMessage } from '../../../shared/domain/mailflow/transport-message.ts';
import { openRegistry } from '../../../shared/domain/organization/registry.ts';
import { createIdentifiers } from '../../../shared/kernel/ids.ts';
import type { PropertyBag } from '../../../shared/kernel/mapi.ts';
import { seededRandom } from '../../../shared/kernel/random.ts';
import { readBlob } from '../../../shared/store/blob.ts';
import { openTrustLab, start, type TrustLab } from '../cmdlets/trust-lab.ts';

/** What a message of a test is; without more it is Mary's, from inside. */
export interface Sent {
  readonly from?: string;
  readonly to: readonly (string | EnvelopeRecipient)[];
  readonly text?: string;
  readonly facts?: Partial<TransportFacts>;
  /** What the item has besides, as one of a client's. */
  readonly itemClass?: string;
  readonly properties?: PropertyBag;
}

/** The transport of the organisations of a small world, without wires between them. */
export interface MailGround extends Pick<TrustLab, 'run' | 'store'> {
  of(organization?: string): Promise<TransportGround>;
  plan(sent: Sent, organization?: string): Promise<Acceptance>;
  accept(sent: Sent, organization?: string): Promise<Acceptance>;
  /** Messages in the queues of an organisation. */
  waiting(organization?: string): Promise<readonly { readonly sender: string; readonly to: readonly string[]; readonly text: string }[]>;
  /** Class and subject of what is in a person's Inbox, or in another folder. */
  inFolder(address: string, organization?: string, role?: string): Promise<readonly (readonly [itemClass: string, subject: string])[]>;
  close(): Promise<void>;
}

const own: TransportFacts = {
  ...{ source: 'STOREDRIVER', authAs: 'Internal', authSource: 'ex.contoso.test', authMechanism: '04' },
  ...{ directionality: 'Originating', connector: '' },
};

/** How a message of anybody comes in. */
export const anonymous: Partial<TransportFacts> = {
  ...{ source: 'SMTP', authAs: 'Anonymous', authMechanism: '', directionality: 'Incoming', connector: 'Default Frontend' },
};

/** Opens it; time stands still. */
export async function openMailGround(): Promise<MailGround> {
  const lab = await openTrustLab();
  const { store } = lab;
  const registry = openRegistry(store);
  const identifiers = createIdentifiers(seededRandom('mail-ground'));
  const directories = new Map<string, Directory>();
  const directoryOf = (name: string): Directory => {
    const open = directories.get(name) ?? openDirectory(store, name);
    directories.set(name, open);
    return open;
  };
  const of: MailGround['of'] = async (name = 'contoso') => {
    const organization = (await registry.current()).byName(name);
    if (organization === undefined) throw new Error(`no organisation ${name}`);
    const settings = await registry.settings(name);
    const blobs = (hash: string) => readBlob(store.read, hash);
    return { organization, settings, directory: directoryOf(name), identifiers, read: store.read, blobs };
  };
  const plan: MailGround['plan'] = async (sent, name) => planAcceptance(await of(name), await messageOf(sent), start);
  return {
    run: lab.run,
    store,
    of,
    plan,
    async accept(sent, name) {
      const message = await messageOf(sent);
      return pastHeld(await of(name), async (ground) => {
        const acceptance = await planAcceptance(ground, message, start);
        await store.transaction((tx) => carryOutAcceptance(tx, ground, acceptance, start));
        return acceptance;
      });
    },
    async waiting(name = 'contoso') {
      const messages = await readMessages(store.read, name, { after: 0, limit: 100 });
      return Promise.all(
        messages.map(async ({ sender, recipients, mime }) => ({
          sender,
          to: recipients.map(({ address }) => address),
          text: Buffer.from((await readBlob(store.read, mime)) ?? []).toString(),
        })),
      );
    },
    async inFolder(address, name = 'contoso', role = 'inbox') {
      const recipient = await directoryOf(name).byAddress(address);
      const mailbox = recipient === undefined ? null : localMailbox(recipient);
      const folder = mailbox === null ? undefined : await getFolderByRole(store.read, mailbox, role);
      if (mailbox === null || folder === undefined) throw new Error(`${address} has no folder ${role}`);
      const rows = await store.read
        .selectFrom('item')
        .select(['class', 'subject'])
        .where('mailbox', '=', mailbox)
        .where('folder', '=', folder.counter)
        .where('associated', '=', 0)
        .orderBy('counter')
        .execute();
      return rows.map((row) => [row.class, row.subject ?? ''] as const);
    },
    async close() {
      for (const open of directories.values()) open.close();
      registry.close();
      await lab.close();
    },
  };
}

async function messageOf({ from = 'mary@contoso.test', to, text, facts, itemClass, properties }: Sent): Promise<TransportMessage> {
  const recipients = to.map((one) => (typeof one === 'string' ? { address: one } : one));
  const header = `From: ${from}\r\nTo: ${recipients.map(({ address }) => address).join(', ')}\r\nMessage-ID: <1@contoso.test>\r\n`;
  const mime = Buffer.from(text ?? `${header}Subject: Hello\r\n\r\nHi\r\n`);
  const draft = await draftFromMime(mime, start);
  const item = { ...draft, class: itemClass ?? draft.class, properties: { ...draft.properties, ...properties }, mime };
  return { sender: from, recipients, item, facts: { ...own, ...facts } };
}
