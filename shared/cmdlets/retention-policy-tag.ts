import {
  type RetentionTag,
  retentionActions,
  retentionPolicies,
  retentionTags,
  retentionTagTypes,
} from '../domain/organization/retention.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import { type Cmdlet, type CmdletParameters, type CmdletScope, cmdletRefusal, type ParameterType } from './cmdlet.ts';
import { getObject, newObject, type ObjectNoun, removeObject, setObject } from './config-object.ts';
import { choiceGiven, guidGiven, textGiven } from './given.ts';
import { keepRetention } from './keep-retention.ts';
import { parseTimeSpan, timeSpanText } from './time-span.ts';

const day = 86_400;
/** The page of New-RetentionPolicyTag (-AgeLimitForRetention). */
const longestDays = 24_855;

const noun: ObjectNoun<RetentionTag> = {
  noun: 'RetentionPolicyTag',
  kinds: ['on-premises', 'cloud'],
  objects: retentionTags,
  name: ({ Name }) => Name,
  show: ({ AgeLimitForRetention: days, ...tag }) => ({
    MessageClass: tag.MessageClass,
    RetentionEnabled: tag.RetentionEnabled,
    RetentionAction: tag.RetentionAction,
    AgeLimitForRetention: days === null ? null : timeSpanText(days * day),
    Type: tag.Type,
    SystemTag: false,
    Comment: tag.Comment,
    RetentionId: tag.RetentionId,
    MustDisplayCommentEnabled: tag.MustDisplayCommentEnabled,
    Name: tag.Name,
    Identity: tag.Name,
  }),
};

const common: Readonly<Record<string, ParameterType>> = {
  Name: 'text',
  AgeLimitForRetention: 'nullable text',
  Comment: 'nullable text',
  MessageClass: 'text',
  MustDisplayCommentEnabled: 'boolean',
  RetentionAction: 'text',
  RetentionEnabled: 'boolean',
  RetentionId: 'text',
};

/**
 * `New-RetentionPolicyTag "Two years" -Type Personal -AgeLimitForRetention 730 -RetentionAction DeleteAndAllowRecovery`: kept,
 * shown, and given to items and folders by their users. Nothing is deleted or archived by it.
 */
export const retentionPolicyTag = {
  get: keepRetention({
    ...getObject(noun),
    parameters: { Identity: 'text', Types: 'list' },
    async run(scope, given) {
      const found = await getObject(noun).run(scope, given);
      const types = Array.isArray(given['Types']) ? given['Types'].map((type) => String(type).toLowerCase()) : undefined;
      return found.filter(({ Type }) => types === undefined || (typeof Type === 'string' && types.includes(Type.toLowerCase())));
    },
  }),
  new: keepRetention(
    newObject(noun, {
      parameters: { ...common, Type: 'text' },
      required: ['Name'],
      make: ({ identifiers }, given) => ({
        RetentionId: identifiers.guid(),
        Type: choiceGiven(given, 'Type', retentionTagTypes) ?? 'Personal',
        RetentionAction: 'MoveToDeletedItems' as const,
        RetentionEnabled: true,
        AgeLimitForRetention: null,
        MessageClass: '*',
        Comment: '',
        MustDisplayCommentEnabled: true,
        ...written(given),
        Name: String(given['Name']),
      }),
      check: consistent,
    }),
  ),
  set: keepRetention(setObject(noun, { parameters: common, change: (_current, _scope, given) => written(given), check: consistent })),
  remove: keepRetention(removeObject(noun, (tag, scope, tx) => relink(scope, tx, tag.Name, undefined))),
} satisfies Readonly<Record<string, Cmdlet>>;

function written(given: CmdletParameters): Partial<RetentionTag> {
  const action = choiceGiven(given, 'RetentionAction', retentionActions);
  const id = guidGiven(given, 'RetentionId');
  const name = textGiven(given, 'Name');
  return {
    ...(name === undefined ? {} : { Name: name }),
    ...(action === undefined ? {} : { RetentionAction: action }),
    ...(id === undefined ? {} : { RetentionId: id }),
    ...(given['AgeLimitForRetention'] === undefined ? {} : { AgeLimitForRetention: daysGiven(given) }),
    ...(given['Comment'] === undefined ? {} : { Comment: textGiven(given, 'Comment') ?? '' }),
    ...(given['MessageClass'] === undefined ? {} : { MessageClass: textGiven(given, 'MessageClass') ?? '*' }),
    ...flag(given, 'MustDisplayCommentEnabled'),
    ...flag(given, 'RetentionEnabled'),
  };
}

function flag(given: CmdletParameters, name: 'MustDisplayCommentEnabled' | 'RetentionEnabled'): Partial<RetentionTag> {
  return typeof given[name] === 'boolean' ? { [name]: given[name] } : {};
}

function daysGiven(given: CmdletParameters): number | null {
  const text = textGiven(given, 'AgeLimitForRetention') ?? '';
  if (text === '' || text.toLowerCase() === 'unlimited') return null;
  const days = (parseTimeSpan(text) ?? 0) / day;
  if (days >= 1 && days <= longestDays) return Math.floor(days);
  throw cmdletRefusal('bad-parameter', `-AgeLimitForRetention takes 1 to ${longestDays} days, not ${JSON.stringify(text)}.`);
}

/** What the page of New-RetentionPolicyTag asks for; the words are ours. A new name goes into the policies, too. */
async function consistent(tag: RetentionTag, scope: CmdletScope, tx: Transaction, before?: RetentionTag): Promise<void> {
  const { Type, RetentionAction, RetentionEnabled, AgeLimitForRetention, RetentionId } = tag;
  if (RetentionEnabled && AgeLimitForRetention === null)
    throw cmdletRefusal('bad-parameter', 'A tag with -RetentionEnabled $true needs -AgeLimitForRetention.');
  const isArchive = RetentionAction === 'MoveToArchive';
  if (Type === 'RecoverableItems' && !isArchive)
    throw cmdletRefusal('bad-parameter', 'A tag of the type RecoverableItems has the action MoveToArchive.');
  if (isArchive && !['All', 'Personal', 'RecoverableItems'].includes(Type))
    throw cmdletRefusal('bad-parameter', `A tag of the type ${Type} cannot have the action MoveToArchive.`);
  const others = (await retentionTags.list(tx, scope.organization.name)).filter(({ name }) => name !== before?.Name);
  if (others.some(({ value }) => value.RetentionId === RetentionId))
    throw cmdletRefusal('object-exists', `Another retention policy tag has the RetentionId ${RetentionId}.`);
  if (before !== undefined && before.Name !== tag.Name) await relink(scope, tx, before.Name, tag.Name);
}

/** Puts another name into the policies that link a tag, or takes the link away. */
async function relink({ organization, at }: CmdletScope, tx: Transaction, name: string, becomes: string | undefined): Promise<void> {
  for (const stored of await retentionPolicies.list(tx, organization.name)) {
    const { RetentionPolicyTagLinks: links } = stored.value;
    if (!links.includes(name)) continue;
    const changed = links.flatMap((link) => (link !== name ? [link] : becomes === undefined ? [] : [becomes]));
    await retentionPolicies.replace(tx, stored, { ...stored.value, RetentionPolicyTagLinks: changed }, at);
  }
}
