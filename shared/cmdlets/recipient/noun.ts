import { hasMember } from '../../bridges/access/group-membership.ts';
import { readRecipientFilter } from '../../bridges/access/recipient-filter.ts';
import { type Recipient, typeDetails } from '../../domain/directory/recipient.ts';
import type { RecipientType } from '../../domain/world/vocabulary.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from '../cmdlet.ts';
import { objectNotFound } from '../config-object.ts';
import { listGiven, textGiven } from '../given.ts';
import { requireRecipient } from '../recipient-identity.ts';

/** A noun whose objects are recipients of some types. */
export interface RecipientNoun {
  /** As cmdlets have it: `Mailbox`. */
  readonly noun: string;
  /** Kinds of organisation whose shell has it. */
  readonly kinds: Cmdlet['kinds'];
  readonly types: readonly RecipientType[];
  show(recipient: Recipient, scope: CmdletScope): Promise<CmdletObject>;
}

/** What a Get- answers when nothing is said of it (pages of Get-Mailbox and others, -ResultSize). */
const usualResultSize = 1_000;
const shownAtOnce = 500;

/** `Get-<noun> [[-Identity] <recipient>] [-Filter ...] [-RecipientTypeDetails ...] [-ResultSize ...]`. */
export function getRecipients(noun: RecipientNoun): Cmdlet {
  return {
    kinds: noun.kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Filter: 'text', RecipientTypeDetails: 'list', ResultSize: 'text' },
    required: [],
    async run(scope, given) {
      const identity = textGiven(given, 'Identity');
      if (identity !== undefined) return [await noun.show(await requireOf(noun, scope, identity), scope)];
      const most = resultSize(given);
      const found = await matching(noun, scope, given);
      if (found.length > most && given['ResultSize'] === undefined) {
        scope.warn(
          `By default, only the first ${usualResultSize} items are returned. Use the ResultSize parameter to specify the number of items returned.`,
        );
      }
      const shown: CmdletObject[] = [];
      for (const recipient of found.slice(0, most)) {
        shown.push(await noun.show(recipient, scope));
        if (shown.length % shownAtOnce === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      return shown;
    },
  };
}

/** The recipient of the noun's types that a parameter names. Refuses with `object-not-found`, as for one that does not exist. */
export async function requireOf({ types }: Pick<RecipientNoun, 'types'>, scope: CmdletScope, identity: string): Promise<Recipient> {
  const { organization } = scope;
  const found = await requireRecipient(scope.directory(organization.name), organization, identity);
  if (!types.includes(found.type)) throw objectNotFound(organization, identity);
  return found;
}

async function matching({ types }: RecipientNoun, scope: CmdletScope, given: CmdletParameters): Promise<readonly Recipient[]> {
  const wanted = detailsGiven(given, types);
  const all = await scope.directory(scope.organization.name).all();
  const found = all.filter((one) => types.includes(one.type) && (wanted === undefined || wanted.includes(typeDetails(one))));
  const kept = await filtered(found, scope, textGiven(given, 'Filter'));
  return kept.toSorted((left, right) => order(left.displayName, right.displayName) || order(left.guid, right.guid));
}

function detailsGiven(given: CmdletParameters, types: readonly RecipientType[]): readonly ReturnType<typeof typeDetails>[] | undefined {
  const known = [...types, ...(types.includes('MailUniversalDistributionGroup') ? (['RoomList'] as const) : [])];
  return listGiven(given, 'RecipientTypeDetails')?.map((text) => {
    const found = known.find((type) => type.toLowerCase() === text.toLowerCase());
    if (found === undefined) throw cmdletRefusal('bad-parameter', `-RecipientTypeDetails takes ${known.join(', ')} here, not ${text}.`);
    return found;
  });
}

async function filtered(recipients: readonly Recipient[], scope: CmdletScope, text: string | undefined): Promise<readonly Recipient[]> {
  if (text === undefined) return recipients;
  const filter = readRecipientFilter(text);
  if (filter === undefined) {
    const example = "comparisons such as Department -eq 'Sales', joined by -and and -or";
    throw cmdletRefusal('bad-parameter', `-Filter takes ${example}; ${JSON.stringify(text)} is not understood here.`);
  }
  const directory = scope.directory(scope.organization.name);
  const groups = await Promise.all(filter.groups.map(async (name) => ({ name, group: await directory.byAddress(name) })));
  const kept: Recipient[] = [];
  for (const recipient of recipients) {
    const memberOf = new Set<string>();
    for (const { name, group } of groups)
      if (group && group.guid !== recipient.guid && (await hasMember(directory, group, recipient.guid))) memberOf.add(name);
    if (filter.matches(recipient, memberOf)) kept.push(recipient);
  }
  return kept;
}

/** -ResultSize: how many objects at most, Infinity for all. Refuses with `bad-parameter`. */
export function resultSize(given: CmdletParameters): number {
  const text = textGiven(given, 'ResultSize');
  if (text === undefined) return usualResultSize;
  if (text.toLowerCase() === 'unlimited') return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw cmdletRefusal('bad-parameter', `-ResultSize takes a number or Unlimited, not ${JSON.stringify(text)}.`);
  return Number(text);
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
