import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/**
 * The path of a world file: Contoso alone on a server of that product, with Outlook Anywhere, and its tenant, in which nobody is yet. The
 * administrator may open every mailbox but Adam's.
 */
export function worldBeforeMigration(product: 'exchange-2010' | 'exchange-2007'): string {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-classic-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'world.yaml');
  const open = ['mary', 'rob', 'info', 'boardroom'].map(
    (owner) => `      - Add-MailboxPermission ${owner} -User administrator -AccessRights FullAccess\n`,
  );
  const text = `version: 1
clock: { mode: real }
random: 42
password: Pa55word!
organizations:
  contoso:
    kind: on-premises
    title: Contoso
    product: ${product}
    netbiosName: CONTOSO
    domains: [contoso.test]
    hosts: { web: mail.contoso.test, autodiscover: autodiscover.contoso.test, smtp: smtp.contoso.test }
    users:
      - mail: mary@contoso.test
        title: Programme manager
        messages: generate:correspondence
        calendar: generate:busy-week
        folders: [{ name: Projects, messages: 30 }]
      - { mail: rob@contoso.test, messages: generate:correspondence }
      - { mail: adam@contoso.test }
      - { mail: administrator@contoso.test }
    sharedMailboxes:
      - { mail: info@contoso.test, displayName: Contoso Info, fullAccess: [mary] }
    rooms:
      - { mail: boardroom@contoso.test, displayName: Boardroom, capacity: 12 }
    groups:
      - { mail: all-staff@contoso.test, displayName: All Staff, members: [mary, rob, adam] }
    cmdlets:
      - Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -BasicAuthentication $true
      - Set-AutodiscoverVirtualDirectory "Autodiscover (Default Web Site)" -BasicAuthentication $true
      - New-SendConnector Internet -AddressSpaces "SMTP:*;1"
      - Set-Mailbox administrator -HiddenFromAddressListsEnabled $true
      - New-MailContact "Eva Ex" -ExternalEmailAddress eva@fabrikam.test
      - New-MailUser "Ed Ex" -UserPrincipalName ed@contoso.test -Password Pa55word! -ExternalEmailAddress ed@fabrikam.test -PrimarySmtpAddress ed@contoso.test
${open.join('')}
  contoso-cloud:
    kind: cloud
    title: Contoso
    product: exchange-online
    era: 2019
    tenantId: 11111111-1111-4111-8111-111111111111
    domains: [contoso.onmicrosoft.test, contoso.test]
    hosts: { web: outlook.office365.test, autodiscover: autodiscover-s.outlook.test, smtp: smtp.office365.test }
    users:
      - { mail: administrator@contoso.onmicrosoft.test }
`;
  writeFileSync(file, text);
  return file;
}
