import { propertyTag, tags } from '../../kernel/mapi.ts';
import type { ItemDraft } from './draft.ts';
import { isAutomaticReply } from './rules/rule-matches.ts';

export const autoResponseSuppress = propertyTag(0x3fdf, 'Integer');
/** Its bit for automatic replies (MS-OXOMSG 2.2.1.77). */
const ofAbsence = 0x10;

/** PidTagAutoResponseSuppress as a header: MS-OXCMAIL 2.1.3.2.18; RFC 3834 2 and 5; RFC 2919; RFC 2369. */
const suppressing: readonly (readonly [reason: string, header: RegExp])[] = [
  ['X-Auto-Response-Suppress', /^x-auto-response-suppress:.*\b(?:oof|all)\b/im],
  ['Auto-Submitted', /^auto-submitted:\s*(?!no\s*$)\S/im],
  ['Precedence', /^precedence:\s*(?:bulk|list|junk)\b/im],
  ['a mailing list', /^list-(?:id|help|subscribe|unsubscribe|post|owner|archive):/im],
  ['no return path', /^return-path:\s*<>/im],
];

/** Why nobody is told by an automatic reply that he wrote to somebody who is away; undefined: he is. */
export function suppressesReply(draft: ItemDraft): string | undefined {
  if (isAutomaticReply(draft)) return 'an automatic reply';
  if ((Number(draft.properties[autoResponseSuppress] ?? 0) & ofAbsence) !== 0) return 'PidTagAutoResponseSuppress';
  if (/^report\./i.test(draft.class)) return 'a report';
  const headers = String(draft.properties[tags.transportMessageHeaders] ?? '').replaceAll(/\r?\n[ \t]+/g, ' ');
  return suppressing.find(([, header]) => header.test(headers))?.[0];
}
