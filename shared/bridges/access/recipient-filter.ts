import { type Recipient, typeDetails } from '../../domain/directory/recipient.ts';

/** A filter that has been read. */
export interface RecipientFilter {
  /** The groups that it asks about, in lower case. */
  readonly groups: readonly string[];
  /** Whether it lets a recipient through, who is in these of its groups. */
  matches(recipient: Recipient, memberOf: ReadonlySet<string>): boolean;
}

type Test = RecipientFilter['matches'];

/** Properties that a filter may name, in lower case, and what a recipient holds there. */
const properties: Readonly<Record<string, (recipient: Recipient) => string | null | undefined>> = {
  name: ({ displayName }) => displayName,
  displayname: ({ displayName }) => displayName,
  alias: ({ alias }) => alias,
  primarysmtpaddress: ({ primaryAddress }) => primaryAddress,
  windowsemailaddress: ({ primaryAddress }) => primaryAddress,
  userprincipalname: ({ userPrincipalName }) => userPrincipalName,
  samaccountname: ({ samAccountName }) => samAccountName,
  recipienttypedetails: typeDetails,
  firstname: ({ details }) => details['givenName'],
  lastname: ({ details }) => details['surname'],
  title: ({ details }) => details['title'],
  department: ({ details }) => details['department'],
  company: ({ details }) => details['company'],
  office: ({ details }) => details['office'],
};

const word = /\s*(?:([()])|(-[a-z]+)\b|([a-z][\w.]*)|'((?:[^']|'')*)'|"([^"]*)")/iy;
const longestFilter = 4_096;
const deepestNesting = 32;

type Token = { readonly is: 'mark' | 'operator' | 'property' | 'value'; readonly text: string };

/**
 * Reads a `RecipientRestrictionFilter`: comparisons `Property -eq 'value'` joined by `-and` and `-or` (which binds
 * looser), in parentheses where wanted; `MemberOfGroup -eq 'group@domain'` too. Values are compared without case.
 * Undefined for everything else that OPATH has: such a filter is not understood here.
 */
export function readRecipientFilter(filter: string): RecipientFilter | undefined {
  const tokens = filter.length > longestFilter ? undefined : tokensOf(withoutBraces(filter.trim()).trimEnd());
  if (tokens === undefined) return undefined;
  const groups: string[] = [];
  let at = 0;
  /** Goes past the next token when it is this one. */
  const took = (is: Token['is'], text: string): boolean => {
    const isNext = tokens[at]?.is === is && tokens[at]?.text.toLowerCase() === text;
    if (isNext) at += 1;
    return isNext;
  };

  const joined = (operator: string, part: (depth: number) => Test | undefined, depth: number): Test[] | undefined => {
    const parts: Test[] = [];
    do {
      const read = part(depth);
      if (read === undefined) return undefined;
      parts.push(read);
    } while (took('operator', operator));
    return parts;
  };
  const either = (depth: number): Test | undefined => {
    const parts = joined('-or', both, depth);
    return parts && ((recipient, groups) => parts.some((part) => part(recipient, groups)));
  };
  const both = (depth: number): Test | undefined => {
    const parts = joined('-and', single, depth);
    return parts && ((recipient, groups) => parts.every((part) => part(recipient, groups)));
  };
  const single = (depth: number): Test | undefined => {
    if (took('mark', '(')) {
      const inner = depth < deepestNesting ? either(depth + 1) : undefined;
      return inner !== undefined && took('mark', ')') ? inner : undefined;
    }
    const [property, operator, value] = tokens.slice(at, at + 3);
    at += 3;
    if (property?.is !== 'property' || operator?.text.toLowerCase() !== '-eq' || value?.is !== 'value') return undefined;
    const [name, wanted] = [property.text.toLowerCase(), value.text.toLowerCase()];
    if (name !== 'memberofgroup') return comparison(name, wanted);
    groups.push(wanted);
    return (_recipient, memberOf) => memberOf.has(wanted);
  };

  const matches = either(0);
  return matches !== undefined && at === tokens.length ? { groups, matches } : undefined;
}

/** The shell takes a script block for a filter. */
function withoutBraces(filter: string): string {
  return filter.startsWith('{') && filter.endsWith('}') ? filter.slice(1, -1) : filter;
}

function comparison(property: string, wanted: string): Test | undefined {
  const read = Object.hasOwn(properties, property) ? properties[property] : undefined;
  return read && ((recipient) => read(recipient)?.toLowerCase() === wanted);
}

function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  word.lastIndex = 0;
  while (word.lastIndex < text.length) {
    const match = word.exec(text);
    if (match === null) return undefined;
    const [, mark, operator, property, single, double] = match;
    if (mark !== undefined) tokens.push({ is: 'mark', text: mark });
    else if (operator !== undefined) tokens.push({ is: 'operator', text: operator });
    else if (property !== undefined) tokens.push({ is: 'property', text: property });
    else tokens.push({ is: 'value', text: single?.replaceAll("''", "'") ?? double ?? '' });
  }
  return tokens;
}
