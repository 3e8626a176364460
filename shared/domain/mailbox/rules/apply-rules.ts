import { named, type PropertyBag, type PropertyKey, type PropertyValue, tags } from '../../../kernel/mapi.ts';
import { type InboxRule, importances, type RuleActions, type RuleAddress } from './rule.ts';
import { type IncomingMessage, ruleMatches } from './rule-matches.ts';

/** Where a message goes in a mailbox: a folder by its counter or its role. */
export type Place = number | string;

/** Mail that a rule sends on. */
export interface SentOn {
  readonly rule: InboxRule;
  readonly how: 'redirect' | 'forward' | 'forward-as-attachment' | 'reply';
  /** Whom it goes to; of a reply nobody: it goes to the sender. */
  readonly to: readonly RuleAddress[];
}

/** What the rules of a mailbox make of a message. */
export interface RuleOutcome {
  /** Where it goes; each place once. None: it was removed for good. */
  readonly places: readonly Place[];
  /** What it has beside, or instead of, what it came with. */
  readonly set: PropertyBag;
  readonly sentOn: readonly SentOn[];
  /** The rules that acted, in their order. */
  readonly acted: readonly InboxRule[];
}

/**
 * Runs the rules over a message that is to go to `usual`, in their order until one stops. Each folder that a rule moves or
 * copies to gets the message; when one has moved or deleted it, it does not go where it usually would. All that is set is
 * set everywhere, since nothing is stored before the last rule has run. Rules that are off or in error do not run.
 */
export function applyRules(rules: readonly InboxRule[], message: IncomingMessage, usual: Place): RuleOutcome {
  const places = new Set<Place>();
  const set: Record<PropertyKey, PropertyValue> = {};
  const sentOn: SentOn[] = [];
  const acted: InboxRule[] = [];
  let stays = true;
  for (const rule of rules) {
    if (!rule.isEnabled || rule.isInError || !ruleMatches(rule, message)) continue;
    const { actions } = rule;
    acted.push(rule);
    if (actions.CopyToFolder !== undefined) places.add(actions.CopyToFolder);
    if (actions.MoveToFolder !== undefined) places.add(actions.MoveToFolder);
    if (actions.Delete === true) places.add('deleteditems');
    if (actions.MoveToFolder !== undefined || actions.Delete === true || actions.PermanentDelete === true) stays = false;
    Object.assign(set, marks(actions, { ...message.draft.properties, ...set }));
    sentOn.push(...sendings(rule));
    if (actions.StopProcessingRules === true) break;
  }
  return { places: stays ? [usual, ...places] : [...places], set, sentOn, acted };
}

function marks({ AssignCategories = [], MarkImportance, MarkAsRead }: RuleActions, before: PropertyBag): PropertyBag {
  const categories = before[named.keywords];
  const known = Array.isArray(categories) ? categories.map(String) : [];
  return {
    ...(AssignCategories.length === 0 ? {} : { [named.keywords]: [...new Set([...known, ...AssignCategories])] }),
    ...(MarkImportance === undefined ? {} : { [tags.importance]: importances.indexOf(MarkImportance) }),
    ...(MarkAsRead === true ? { [tags.read]: true } : {}),
  };
}

function sendings(rule: InboxRule): readonly SentOn[] {
  const { RedirectToRecipients = [], ForwardToRecipients = [], ForwardAsAttachmentToRecipients = [] } = rule.actions;
  const all: readonly SentOn[] = [
    { rule, how: 'redirect', to: RedirectToRecipients },
    { rule, how: 'forward', to: ForwardToRecipients },
    { rule, how: 'forward-as-attachment', to: ForwardAsAttachmentToRecipients },
  ];
  const reply: readonly SentOn[] = rule.actions.ServerReplyWithMessage === undefined ? [] : [{ rule, how: 'reply', to: [] }];
  return [...all.filter(({ to }) => to.length > 0), ...reply];
}
