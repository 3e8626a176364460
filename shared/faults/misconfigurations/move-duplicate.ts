import type { Misconfiguration } from './misconfiguration.ts';

export const moveDuplicate: Misconfiguration = {
  id: 'move-duplicate',
  title: 'The mailbox is being moved already, or its target is there',
  symptom: 'The user is already being moved.',
  source: 'Microsoft: "User is already being moved" when moving mailboxes',
  notice: 'Get-MoveRequest of the mailbox on both sides.',
  remedy: 'Remove-MoveRequest, wait until the mailbox is released, and move again.',
  variants: {},
  shownBy: 'No state of a world is wrong: New-MoveRequest for somebody who has a move request already is refused.',
};
