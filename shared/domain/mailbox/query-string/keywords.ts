import type { Instant } from '../../../kernel/clock.ts';
import { type PropertyKey, tags } from '../../../kernel/mapi.ts';
import type { Comparison, Restriction } from '../restriction.ts';
import type { ItemPart } from '../words.ts';
import { readPeriod } from './dates.ts';

/** What a keyword says of its value: words in a part of the item, or something that is read in its own way. */
export type Keyword = { readonly part: ItemPart } | { readonly read: ValueReader };

/** Reads a value at a place: what it means, and how many characters it has; undefined where there is no such value. */
type ValueReader = (text: string, at: number, now: Instant) => { readonly means: Restriction; readonly length: number } | undefined;

/** By name in lower case, without blanks. Sources: Microsoft's pages "QueryString (QueryStringType)" and "Perform an AQS search by using EWS in Exchange". */
export const keywords: Readonly<Record<string, Keyword>> = {
  subject: { part: 'subject' },
  body: { part: 'body' },
  content: { part: 'body' },
  attachment: { part: 'attachment' },
  from: { part: 'from' },
  to: { part: 'to' },
  cc: { part: 'cc' },
  bcc: { part: 'bcc' },
  participants: { part: 'participants' },
  category: { part: 'category' },
  importance: { read: word({ low: importance(0), normal: importance(1), high: importance(2) }) },
  kind: { read: word(kinds()) },
  sent: { read: date(tags.clientSubmitTime) },
  received: { read: date(tags.messageDeliveryTime) },
  size: { read: size },
  hasattachment: { read: truth(equal(tags.hasAttachments, true)) },
  isread: { read: truth(equal(tags.read, true)) },
  isflagged: { read: truth(equal(tags.flagStatus, 2)) },
};

function equal(property: PropertyKey, value: string | number | boolean): Restriction {
  return { kind: 'compare', property, operator: '=', with: { value } };
}

function importance(value: number): Restriction {
  return equal(tags.importance, value);
}

function compare(property: PropertyKey, operator: Comparison, value: number): Restriction {
  return { kind: 'compare', property, operator, with: { value } };
}

function word(meanings: Readonly<Record<string, Restriction>>): ValueReader {
  return (text, at) => {
    const [found = ''] = /^[a-z]+(?![\w-])/i.exec(text.slice(at, at + 40)) ?? [];
    const means = Object.hasOwn(meanings, found.toLowerCase()) ? meanings[found.toLowerCase()] : undefined;
    return means && { means, length: found.length };
  };
}

function truth(means: Restriction): ValueReader {
  return word({ true: means, false: { kind: 'not', of: means } });
}

/** Items of a message class and of those below it. */
function classes(...names: readonly string[]): Restriction {
  const property = tags.messageClass;
  const below = (name: string): Restriction => ({
    ...{ kind: 'contains', property, text: `${name}.`, mode: 'prefix', ignoreCase: true, ignoreNonSpacing: false },
  });
  return { kind: 'or', of: names.flatMap((name) => [equal(property, name), below(name)]) };
}

function kinds(): Readonly<Record<string, Restriction>> {
  const im = classes('IPM.Note.Microsoft.Conversation');
  const voicemail = classes('IPM.Note.Microsoft.Voicemail');
  const faxes = classes('IPM.Note.Microsoft.Fax');
  const mail: Restriction = { kind: 'and', of: [classes('IPM.Note'), { kind: 'not', of: { kind: 'or', of: [im, voicemail, faxes] } }] };
  const plural: Readonly<Record<string, Restriction>> = {
    contacts: classes('IPM.Contact', 'IPM.DistList'),
    docs: classes('IPM.Document'),
    faxes,
    journals: classes('IPM.Activity'),
    meetings: classes('IPM.Appointment', 'IPM.Schedule'),
    notes: classes('IPM.StickyNote'),
    posts: classes('IPM.Post'),
    rssfeeds: classes('IPM.Post.Rss'),
    tasks: classes('IPM.Task'),
  };
  const singular = Object.entries(plural).map(([name, means]) => [name === 'faxes' ? 'fax' : name.slice(0, -1), means] as const);
  return { email: mail, im, voicemail, ...plural, ...Object.fromEntries(singular) };
}

const operators = /(>=|<=|>|<|=)?\s*/y;

function operatorAt(text: string, at: number): { readonly operator: Comparison | undefined; readonly length: number } {
  operators.lastIndex = at;
  const [whole = '', operator] = operators.exec(text) ?? [];
  return { operator: operator as Comparison | undefined, length: whole.length };
}

/** A day or period counts as a whole: `>` is after it, `<=` before its end. */
function date(property: PropertyKey): ValueReader {
  return (text, at, now) => {
    const { operator, length: before } = operatorAt(text, at);
    const first = readPeriod(text, at + before, now);
    if (first === undefined) return undefined;
    const length = before + first.length;
    if (operator !== undefined && operator !== '=') {
      const bound = operator === '>' || operator === '<=' ? first.end : first.start;
      return { means: compare(property, operator[0] === '>' ? '>=' : '<', bound), length };
    }
    const last = text.startsWith('..', at + length) ? readPeriod(text, at + length + 2, now) : undefined;
    const end = last?.end ?? first.end;
    const means: Restriction = { kind: 'and', of: [compare(property, '>=', first.start), compare(property, '<', end)] };
    return { means, length: length + (last === undefined ? 0 : last.length + 2) };
  };
}

const number = /(\d{1,12})(?:\.\.(\d{1,12}))?(?![\w.])/y;

/** Octets: one number, one with an operator, or two with dots between. */
function size(text: string, at: number): ReturnType<ValueReader> {
  const { operator = '=', length: before } = operatorAt(text, at);
  number.lastIndex = at + before;
  const found = number.exec(text);
  if (found === null) return undefined;
  const [whole, first, last] = found;
  const property = tags.messageSize;
  const means: Restriction =
    last === undefined
      ? compare(property, operator, Number(first))
      : { kind: 'and', of: [compare(property, '>=', Number(first)), compare(property, '<=', Number(last))] };
  return { means, length: before + whole.length };
}
