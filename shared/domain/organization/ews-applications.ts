/** Which client applications may use EWS, by the user agent that they send: for an organisation, or for one mailbox. */
export interface EwsApplicationRules {
  /** Null: nothing is said of these; then the list counts for them, too. */
  readonly EwsAllowEntourage: boolean | null;
  readonly EwsAllowMacOutlook: boolean | null;
  readonly EwsAllowOutlook: boolean | null;
  readonly EwsApplicationAccessPolicy: 'EnforceAllowList' | 'EnforceBlockList' | null;
  /** User agents, `*` for any characters. */
  readonly EwsAllowList: readonly string[];
  readonly EwsBlockList: readonly string[];
}

export const applicationAccessPolicyNames = ['EnforceAllowList', 'EnforceBlockList'] as const;

/** As Setup leaves them (page of Set-OrganizationConfig, which gives true for Entourage alone). */
export const noApplicationRules: EwsApplicationRules = {
  EwsAllowEntourage: null,
  EwsAllowMacOutlook: null,
  EwsAllowOutlook: null,
  EwsApplicationAccessPolicy: null,
  EwsAllowList: [],
  EwsBlockList: [],
};

type Family = 'EwsAllowEntourage' | 'EwsAllowMacOutlook' | 'EwsAllowOutlook';

/** How Microsoft's own clients call themselves, by what published logs show. */
const families: readonly (readonly [Family, RegExp])[] = [
  ['EwsAllowEntourage', /^Entourage\//i],
  ['EwsAllowMacOutlook', /^MacOutlook\//i],
  ['EwsAllowOutlook', /^(?:Microsoft Office\/.*Microsoft Outlook|Outlook\/|Microsoft Outlook)/i],
];

/**
 * The rule that keeps a client out, as its cmdlet spells it; undefined: none. What is said of one of Microsoft's clients by
 * name goes before the list (page of Set-OrganizationConfig, -EwsApplicationAccessPolicy).
 */
export function refusingRule(rules: Partial<EwsApplicationRules>, userAgent: string): string | undefined {
  const family = families.find(([, pattern]) => pattern.test(userAgent.slice(0, longestLooked)))?.[0];
  const said = family === undefined ? undefined : rules[family];
  if (family !== undefined && typeof said === 'boolean') return said ? undefined : `${family} False`;
  const lists = (list: readonly string[] | undefined): boolean => list?.some((pattern) => isLike(userAgent, pattern)) === true;
  if (rules.EwsApplicationAccessPolicy === 'EnforceAllowList' && !lists(rules.EwsAllowList)) return 'EnforceAllowList without it';
  if (rules.EwsApplicationAccessPolicy === 'EnforceBlockList' && lists(rules.EwsBlockList)) return 'EnforceBlockList with it';
  return undefined;
}

const longestLooked = 512;

/** Whether a text fits a pattern, in any case. Parts between stars are looked for once each, from left to right. */
function isLike(text: string, pattern: string): boolean {
  const [folded, parts] = [text.toLowerCase(), pattern.toLowerCase().split('*')];
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return folded === first;
  if (folded.length < first.length + last.length || !folded.startsWith(first) || !folded.endsWith(last)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = folded.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= folded.length - last.length;
}
