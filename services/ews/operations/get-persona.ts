import { isListed, type Recipient } from '../../../shared/domain/directory/recipient.ts';
import { folderRights } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { getItem } from '../../../shared/domain/mailbox/items.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getPersona as contract } from '../../../shared/protocols/ews/operations/get-persona.ts';
import { decodePersonaId } from '../../../shared/protocols/ews/persona-id.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import { idsOf } from '../known-mailboxes.ts';
import { openFolder, openMailbox, unreadable } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { type PersonaPlan, planPersona } from '../people/persona-plan.ts';
import { type PersonaSources, viewPersona } from '../people/persona-view.ts';
import { contactsFolderOf, entryOf, peopleIn, sourcesOf, withAddress } from '../people/personas.ts';
import { perItem } from '../per-item.ts';

type Request = RequestOf<typeof contract>;

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getpersona-operation
 * A person is his contacts in one folder and his entry in the directory. Which codes stand for somebody unknown and for
 * nobody named is inferred.
 */
export const getPersona: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async (asked) => {
    const { PersonaId, EmailAddress: { EmailAddress } = {}, ItemLinkId, AdditionalProperties } = asked;
    if (ItemLinkId !== undefined) throw notSupported('GetPersona by ItemLinkId');
    const plan = planPersona(AdditionalProperties);
    if (PersonaId !== undefined)
      return { class: 'Success', Persona: viewPersona(await byId(call, asked, PersonaId.Id, plan), plan) } as const;
    if (EmailAddress === undefined) throw ewsRefusal('ErrorInvalidArgument', { detail: 'neither PersonaId nor EmailAddress' });
    const found = await call.context.directory(call.organization.name).byAddress(EmailAddress);
    const sources = await byAddress(call, asked, EmailAddress, found === undefined || !isListed(found) ? undefined : found, plan);
    return { class: 'Success', Persona: viewPersona(sources, plan) } as const;
  });
  return present(answer, 'the answer for the one person');
};

async function byId(call: EwsCall, asked: Request, id: string, plan: PersonaPlan): Promise<PersonaSources> {
  const key = decodePersonaId(id);
  if (key === undefined) throw unreadable(id, 'a person');
  if (key.is === 'contact') return byContact(call, key.mailbox, key.contact, plan);
  const recipient = await call.context.directory(call.organization.name).byGuid(key.recipient);
  if (recipient === undefined || !isListed(recipient)) throw unknown(`recipient ${key.recipient}`);
  return byAddress(call, asked, recipient.primaryAddress, recipient, plan);
}

async function byContact(call: EwsCall, mailbox: Guid, contact: number, plan: PersonaPlan): Promise<PersonaSources> {
  const { store, directory } = call.context;
  const ids = await idsOf(store, mailbox);
  const row = ids && (await getItem(store.read, mailbox, contact, { properties: [] }));
  // Whoever may not look into the mailbox is not told what is in it.
  if (row === undefined) await openMailbox(call, mailbox);
  if (ids === undefined || row === undefined) throw unknown(`contact ${contact}`);
  const place = await openFolder(call, { is: 'FolderId', value: { Id: ids.folderId(row.folder) } }, folderRights.readAny);
  const linked = (await peopleIn(call, place)).filter((counters) => counters.includes(contact));
  const [sources] = await sourcesOf(call, place, linked, plan);
  if (sources === undefined) throw unknown(`contact ${contact} in folder ${row.folder}`);
  return { ...sources, recipient: await entryOf(directory(call.organization.name), sources) };
}

async function byAddress(
  call: EwsCall,
  { ParentFolderId }: Request,
  address: string,
  recipient: Recipient | undefined,
  plan: PersonaPlan,
): Promise<PersonaSources> {
  const place = await contactsFolderOf(call, ParentFolderId);
  const linked = place === undefined ? [] : await peopleIn(call, place, { one: withAddress(address) });
  const [sources] = place === undefined ? [] : await sourcesOf(call, place, linked.slice(0, 1), plan);
  if (sources === undefined && recipient === undefined) throw unknown(address.slice(0, 64));
  return { contacts: sources?.contacts ?? [], recipient };
}

function unknown(detail: string): Error {
  return ewsRefusal('ErrorItemNotFound', { detail });
}
