import type { LinkedItems } from '../../../shared/domain/mailbox/linked-items.ts';
import { type Page, pageBounds } from '../../../shared/domain/mailbox/page.ts';
import { readQueryString } from '../../../shared/domain/mailbox/query-string/read.ts';
import type { Restriction } from '../../../shared/domain/mailbox/restriction.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { RequestOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { findPeople as contract } from '../../../shared/protocols/ews/operations/find-people.ts';
import type { SearchExpression } from '../../../shared/protocols/ews/restriction.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal, notSupported } from '../failures.ts';
import type { OpenFolder } from '../mailboxes.ts';
import type { Operation } from '../operation.ts';
import { personaWords } from '../people/contact-matches.ts';
import { contactExpression, contactPath } from '../people/persona-paths.ts';
import { type PersonaPlan, planPersonas } from '../people/persona-plan.ts';
import { type PersonaSources, viewPersona, type WirePersona } from '../people/persona-view.ts';
import { contactsFolderOf, entryOf, peopleIn, sourcesOf } from '../people/personas.ts';
import { perItem } from '../per-item.ts';
import { indexedPage } from '../views/page.ts';
import { restrictionOf, sortKeysOf } from '../views/search.ts';

type Request = RequestOf<typeof contract>;

/** A page of people, and how many there are. */
interface Found {
  readonly sources: readonly PersonaSources[];
  readonly total: number;
}

/** People with contacts, and people of the directory, that are told of where both are searched: bounds of ours. */
const mostInBoth = { contacts: 1_000, directory: 10_000 } as const;

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/findpeople-operation
 * In a contacts folder, in the directory (`directory`, by a query string alone), or in both.
 */
export const findPeople: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async (asked) => {
    refuseUnsupported(asked);
    const plan = planPersonas(asked.PersonaShape);
    const page = indexedPage(asked.IndexedPageItemView);
    const { sources, total } = await peopleFound(call, asked, page, plan);
    return {
      class: 'Success',
      People: await viewed(sources, plan),
      TotalNumberOfPeopleInView: total,
      FirstMatchingRowIndex: 0,
      FirstLoadedRowIndex: pageBounds(page, total).start,
    } as const;
  });
  return present(answer, 'the answer for the one place');
};

/** People that are put together before others run. */
const peopleATime = 50;

async function viewed(sources: readonly PersonaSources[], plan: PersonaPlan): Promise<readonly WirePersona[]> {
  const people: WirePersona[] = [];
  for (const [index, one] of sources.entries()) {
    if (index % peopleATime === peopleATime - 1) await new Promise((resolve) => setImmediate(resolve));
    people.push(viewPersona(one, plan));
  }
  return people;
}

function refuseUnsupported(asked: Request): void {
  const { SearchPeopleSuggestionIndex, TopicQueryString, Context, QuerySources } = asked;
  const others = { SearchPeopleSuggestionIndex: SearchPeopleSuggestionIndex || undefined, TopicQueryString, Context, QuerySources };
  for (const [name, value] of Object.entries(others)) if (value !== undefined) throw notSupported(`FindPeople with ${name}`);
}

async function peopleFound(call: EwsCall, asked: Request, page: Page, plan: PersonaPlan): Promise<Found> {
  const { ParentFolderId: target, QueryString = '' } = asked;
  if (target?.is === 'DistinguishedFolderId' && target.value.Id === 'directory') {
    refuseBrowsing(asked);
    return inDirectory(call, QueryString, page);
  }
  const place = await contactsFolderOf(call, target);
  const linked = place === undefined ? [] : await peopleIn(call, place, soughtOf(call, asked));
  if (target === undefined && QueryString.trim() !== '') return inBoth(call, { place, linked, page, plan }, QueryString);
  const { start, end } = pageBounds(page, linked.length);
  const sources = place === undefined ? [] : await sourcesOf(call, place, linked.slice(start, end), plan);
  return { sources, total: linked.length };
}

/** "You must specify a query string instead of a restriction" (page "FindPeople operation"; the code is a guess). Its order is that of the names. */
function refuseBrowsing({ QueryString = '', Restriction: one, AggregationRestriction, SortOrder }: Request): void {
  if (QueryString.trim() === '') throw ewsRefusal('ErrorInvalidArgument', { detail: 'the directory without a query string' });
  if (one !== undefined || AggregationRestriction !== undefined)
    throw ewsRefusal('ErrorUnsupportedQueryFilter', { detail: 'a restriction of the directory' });
  if (SortOrder !== undefined) throw ewsRefusal('ErrorUnsupportedPathForSortGroup', { detail: 'an order of the directory' });
}

function soughtOf(call: EwsCall, { QueryString, Restriction: one, AggregationRestriction, SortOrder }: Request) {
  const searched = QueryString === undefined ? undefined : readQueryString(QueryString, call.instant).restriction;
  const parts = [one && ofContacts(one), searched && personaWords(searched)].filter((part) => part !== undefined);
  return {
    one: parts.length > 1 ? ({ kind: 'and', of: parts } as const) : parts[0],
    all: AggregationRestriction && ofContacts(AggregationRestriction),
    ...(SortOrder === undefined
      ? {}
      : { sort: sortKeysOf(SortOrder.map(({ Order, Path: path }) => ({ Order, Path: contactPath(path) }))) }),
  };
}

function ofContacts(expression: SearchExpression): Restriction {
  return restrictionOf(contactExpression(expression));
}

async function inDirectory(call: EwsCall, text: string, page: Page): Promise<Found> {
  const directory = call.context.directory(call.organization.name);
  const wanted = plainText(text);
  const { total } = await directory.searchNames(wanted, { offset: 0, limit: 1 });
  const { start, end } = pageBounds(page, total);
  const { recipients } = await directory.searchNames(wanted, { offset: start, limit: end - start });
  return { sources: recipients.map((recipient) => ({ contacts: [], recipient })), total };
}

/** Contacts before the directory, in which nobody is told who is among them (the order is inferred). */
async function inBoth(
  call: EwsCall,
  {
    place,
    linked,
    page,
    plan,
  }: { readonly place: OpenFolder | undefined; readonly linked: readonly LinkedItems[]; readonly page: Page; readonly plan: PersonaPlan },
  text: string,
): Promise<Found> {
  const directory = call.context.directory(call.organization.name);
  const contacts = place === undefined ? [] : await sourcesOf(call, place, linked.slice(0, mostInBoth.contacts), plan);
  const both: PersonaSources[] = [];
  for (const sources of contacts) both.push({ ...sources, recipient: await entryOf(directory, sources) });
  const known = new Set(both.map(({ recipient }) => recipient?.guid));
  const { recipients } = await directory.searchNames(plainText(text), { offset: 0, limit: mostInBoth.directory });
  const all = [...both, ...recipients.flatMap((recipient) => (known.has(recipient.guid) ? [] : [{ contacts: [], recipient }]))];
  const { start, end } = pageBounds(page, all.length);
  return { sources: all.slice(start, end), total: all.length };
}

/** The directory knows names, and no query language. */
function plainText(query: string): string {
  return query.replaceAll('"', '').trim();
}
