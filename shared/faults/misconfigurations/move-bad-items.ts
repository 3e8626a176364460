import type { Misconfiguration } from './misconfiguration.ts';

export const moveBadItems: Misconfiguration = {
  id: 'move-bad-items',
  title: 'More items are corrupt than the limit allows',
  symptom:
    'TooManyBadItemsPermanentException: This mailbox exceeded the maximum number of corrupted items that were specified for this move request.',
  source: 'Microsoft: "TooManyBadItemsPermanentException" when moving mailboxes',
  notice: 'Get-MoveRequestStatistics -IncludeReport lists the items.',
  remedy: 'Set-MoveRequest -BadItemLimit, then Resume-MoveRequest; or mend the items.',
  variants: {},
  shownBy:
    'It lies in the items of a mailbox. A fault rule makes one: seam mrs.call, operation IFxProxy_ConfigureObject, an exception; or a message larger than the target takes.',
};
