import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/**
 * The path of a world file: the shipped world before its wizard ran, but Contoso has two servers, its administrator may
 * impersonate everybody, and Mary may open Rob's mailbox. Mary's is on EX-SE-02, Rob's on EX-SE-01.
 */
export function worldOfTwoServers(product?: 'exchange-2010'): string {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-servers-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'world.yaml');
  const cmdlets = [
    'New-ManagementRoleAssignment -Role ApplicationImpersonation -User administrator@contoso.test',
    'Add-MailboxPermission rob -User mary -AccessRights FullAccess',
  ];
  const lines = cmdlets.map((line) => `      - ${line}\n`).join('');
  const older = product === undefined ? '' : `    product: ${product}\n`;
  const contoso = `  contoso:\n${older}    servers: [EX-SE-01, EX-SE-02]\n    cmdlets:\n${lines}`;
  writeFileSync(file, `version: 1\nextends: contoso-before-hybrid\norganizations:\n${contoso}`);
  return file;
}
