import fc from 'fast-check';
import { expect, test } from 'vitest';
import { completionAt } from '../../../shared/cmdlets/completion.ts';
import { cmdlets } from '../../../shared/cmdlets/table.ts';

test.each([
  ['get-organizationrel', 'on-premises', 0, ['Get-OrganizationRelationship']],
  ['Get-Mailbox joe | Set-MailboxJunk', 'on-premises', 18, ['Set-MailboxJunkEmailConfiguration']],
  ['$old = Get-OrganizationRel', 'cloud', 7, ['Get-OrganizationRelationship']],
  ['Set-OrganizationRelationship x -FreeBusyAccessE', 'on-premises', 31, ['-FreeBusyAccessEnabled']],
  ['Set-OrganizationRelationship x -FreeBusyAccessEnabled ', 'on-premises', 54, ['$false', '$true']],
  ['Set-OrganizationRelationship x -FreeBusyAccessEnabled $t', 'on-premises', 54, ['$true']],
  ['Set-OrganizationRelationship Fab', 'on-premises', 29, []],
  ['No-SuchThing -A', 'on-premises', 13, []],
  // An on-premises cmdlet that a tenant does not have, and the other way round.
  ['Set-WebServicesVirtualD', 'cloud', 0, []],
  ['New-MigrationE', 'cloud', 0, ['New-MigrationEndpoint']],
] as const)('%s is completed for %s', (line, kind, from, words) => {
  expect(completionAt(line, line.length, kind)).toEqual({ from, words });
});

test('a parameter that stands there already is not offered again, and what is behind the cursor does not count', () => {
  const line = 'Set-OrganizationRelationship x -FreeBusyAccessEnabled $true -FreeBusy';
  expect(completionAt(line, line.length, 'on-premises').words).not.toContain('-FreeBusyAccessEnabled');
  expect(completionAt('Get-M -Identity x', 5, 'on-premises').words).toContain('Get-Mailbox');
});

test('whatever is typed, what is offered begins as it does and is known', () => {
  const known = new Set([...Object.keys(cmdlets), '$true', '$false']);
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.nat({ max: 60 }), (line, place) => {
      const at = Math.min(place, line.length);
      const { from, words } = completionAt(line, at, 'on-premises');
      const typed = line.slice(from, at).toLowerCase();
      return words.every((word) => word.toLowerCase().startsWith(typed) && (word.startsWith('-') || known.has(word)));
    }),
  );
});
