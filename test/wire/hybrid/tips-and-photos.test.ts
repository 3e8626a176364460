import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { federate } from '../../support/federation.ts';
import { jpegOf } from '../../support/pictures.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic } from '../../support/soap.ts';
import { type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { all, texts } from '../ews/answers.ts';
import { wayOf } from './way-of.ts';

const [mary, rob, joe, pat] = ['mary@contoso.test', 'rob@contoso.test', 'joe@contoso.test', 'pat@fabrikam.test'];
const fabrikamEws = 'https://mail.fabrikam.test/EWS/Exchange.asmx/WSSecurity';
const pictures = { joe: jpegOf(96, 96, 3_000), mary: jpegOf(96, 96, 4_000), pat: jpegOf(96, 96, 5_000) };
const data = (picture: Buffer) => `"${picture.toString('base64')}"`;

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  const reply = '-AutoReplyState Enabled -InternalMessage Inside -ExternalMessage Outside';
  for (const [organization, name, as] of [
    ['contoso', 'mary', mary],
    ['contoso-cloud', 'joe', joe],
    ['fabrikam', 'pat', pat],
  ] as const) {
    await runCmdlet(lab, organization, `Set-MailboxAutoReplyConfiguration ${name} ${reply}`, as === pat ? pat : undefined);
    await runCmdlet(lab, organization, `Set-UserPhoto ${name} -PictureData ${data(pictures[name])}`, as === pat ? pat : undefined);
  }
});
afterAll(() => lab.close());

const contoso = (line: string) => runCmdlet(lab, 'contoso', line);

const tipsBody = (as: string, recipients: readonly string[], tips: string) =>
  `<m:GetMailTips><m:SendingAs><t:EmailAddress>${as}</t:EmailAddress></m:SendingAs><m:Recipients>${recipients
    .map((mail) => `<t:Mailbox><t:EmailAddress>${mail}</t:EmailAddress></t:Mailbox>`)
    .join('')}</m:Recipients><m:MailTipsRequested>${tips}</m:MailTipsRequested></m:GetMailTips>`;
const askTips = (as: string, recipients: readonly string[], tips = 'OutOfOfficeMessage TotalMemberCount Scope') =>
  lab.ews(as, tipsBody(as, recipients, tips), as === joe ? { organization: 'contoso-cloud' } : {});
const askPhoto = (as: string, mail: string) =>
  lab.ews(
    as,
    `<m:GetUserPhoto><m:Email>${mail}</m:Email><m:SizeRequested>HR96x96</m:SizeRequested></m:GetUserPhoto>`,
    as === joe ? { organization: 'contoso-cloud' } : {},
  );

/** Of each recipient the address and the tips, with what a reply says; or the code of its refusal. */
function told({ status, body }: HttpAnswer): readonly string[] {
  expect(status).toBe(200);
  return all(body, 'MailTipsResponseMessageType').map((message) => {
    const [tips] = all(message, 'MailTips');
    if (tips === undefined) return texts(message, 'ResponseCode')[0] ?? '';
    const names = tips.children.flatMap((tip) => (typeof tip === 'string' ? [] : [tip.name])).slice(2);
    const said = /<body[^>]*>([^<]*)</.exec(texts(message, 'Message')[0] ?? '')?.[1] ?? '';
    return [texts(tips, 'EmailAddress')[0], ...names.map((name) => (name === 'OutOfOffice' ? `reply=${said}` : name))].join(' ');
  });
}

/** The picture in base64, or the code of the refusal. */
const shown = ({ body }: HttpAnswer): string => texts(body, 'PictureData')[0] ?? texts(body, 'ResponseCode')[0] ?? '';
const base64 = (picture: Buffer): string => picture.toString('base64');

describe('between an organisation and its tenant, by the connector', () => {
  test('Mary is told of Joe as a colleague, in the order of the request and under the address that she used', async () => {
    const answer = await askTips(mary, [rob, joe, 'nobody@contoso.test', 'somebody@elsewhere.test']);
    expect(told(answer)).toEqual([
      `${rob} reply= TotalMemberCount Scope`,
      `${joe} reply=Inside TotalMemberCount Scope`,
      'nobody@contoso.test',
      'somebody@elsewhere.test TotalMemberCount Scope',
    ]);
    expect(texts(answer.body, 'Scope')).toEqual(['1', '1', '2']);
    const { choice, hops } = await wayOf(lab, answer);
    expect(choice).toHaveLength(3);
    expect(choice[0]).toMatch(/^intra-organization-connector passed/);
    // Nothing leads to the stranger, and the account of an address space is for calendars.
    expect(choice[2]).toBe('organization-relationship failed: none');
    expect(hops.at(-1)).toBe('contoso-cloud/ews GetMailTips 200');
  });

  test('Joe is told of Mary', async () => {
    const answer = await askTips(joe, [mary]);
    expect(told(answer)).toEqual([`${mary} reply=Inside TotalMemberCount Scope`]);
    expect((await wayOf(lab, answer)).hops.at(-1)).toBe('contoso/ews GetMailTips 200');
  });

  test('each sees the photograph of the other, over SOAP and over HTTP', async () => {
    expect(shown(await askPhoto(mary, joe))).toBe(base64(pictures.joe));
    expect(shown(await askPhoto(joe, mary))).toBe(base64(pictures.mary));
    const url = `https://mail.contoso.test/EWS/Exchange.asmx/s/GetUserPhoto?email=${joe}&size=HR96x96`;
    const authorization = basic('CONTOSO\\mary', lab.password);
    const { status, headers } = await lab.https(url, { headers: { authorization } });
    expect([status, headers['content-type']]).toEqual([200, 'image/jpeg']);
    const again = await lab.https(url, { headers: { authorization, 'if-none-match': String(headers['etag']) } });
    expect(again.status).toBe(304);
  });

  test('where the other side cannot be reached, the code and the text of free/busy; a photograph in the directory is shown all the same', async () => {
    const rule = { seam: 'dial', match: { host: 'outlook.office365.test' }, effect: { kind: 'refuse' } } as const;
    const { id } = lab.faults.add(rule);
    try {
      const answer = await askTips(mary, [joe, rob]);
      expect(told(answer)).toEqual(['ErrorProxyRequestProcessingFailed', `${rob} reply= TotalMemberCount Scope`]);
      expect(texts(answer.body, 'MessageText')[0]).toContain(
        'Proxy web request failed. , inner exception: System.Net.WebException: Unable',
      );
      expect(shown(await askPhoto(mary, joe))).toBe('ErrorProxyRequestProcessingFailed');
      await contoso(`Import-RecipientDataProperty joe -Picture -FileData ${data(pictures.mary)}`);
      expect(shown(await askPhoto(mary, joe))).toBe(base64(pictures.mary));
    } finally {
      lab.faults.remove(id);
      await contoso('Remove-UserPhoto joe -ClearMailboxPhotoRecord').catch(() => undefined);
    }
  });

  test('no connector and no relationship: not found for a mailbox of the tenant, even with an address space', async () => {
    const space = 'contoso.mail.onmicrosoft.test';
    await contoso('Get-IntraOrganizationConnector | Set-IntraOrganizationConnector -Enabled $false');
    await contoso('Get-OrganizationRelationship | Remove-OrganizationRelationship');
    await contoso(
      `Add-AvailabilityAddressSpace -ForestName ${space} -AccessMethod OrgWideFB -Credentials @{UserName='zoe@contoso.test'; Password='x'}`,
    );
    try {
      const answer = await askTips(mary, [joe]);
      expect(told(answer)).toEqual(['ErrorAvailabilityConfigNotFound']);
      expect(texts(answer.body, 'MessageText')[0]).toContain(
        `Configuration information for forest/domain ${space} could not be found in Active Directory.`,
      );
      expect((await wayOf(lab, answer)).hops).toEqual([]);
    } finally {
      await contoso(`Remove-AvailabilityAddressSpace ${space}`);
      await contoso('Get-IntraOrganizationConnector | Set-IntraOrganizationConnector -Enabled $true');
    }
  });

  test("another organisation's server is not sent on", async () => {
    const epr = 'https://outlook.office365.test/EWS/Exchange.asmx';
    await contoso(
      `New-IntraOrganizationConnector Astray -TargetAddressDomains astray.test -DiscoveryEndpoint ${epr} -TargetSharingEpr ${epr}`,
    );
    try {
      const answer = await askTips(mary, ['someone@astray.test']);
      expect((await wayOf(lab, answer)).hops.at(-1)).toBe('contoso-cloud/ews GetMailTips 200');
      expect(told(answer)).toEqual(['someone@astray.test TotalMemberCount Scope']);
    } finally {
      await contoso('Remove-IntraOrganizationConnector Astray');
    }
  });
});

describe('between federated organisations, by the relationship', () => {
  beforeAll(async () => {
    await federate(lab, { organization: 'contoso', domain: 'contoso.test', key: 21 });
    await federate(lab, { organization: 'fabrikam', domain: 'fabrikam.test', key: 22 });
    await runCmdlet(lab, 'fabrikam', 'New-OrganizationRelationship Contoso -DomainNames contoso.test', pat);
    await contoso(
      `New-OrganizationRelationship Fabrikam -DomainNames fabrikam.test -TargetApplicationUri FYDIBOHF25SPDLT.fabrikam.test -TargetSharingEpr ${fabrikamEws}`,
    );
  });
  const fabrikam = (change: string) => runCmdlet(lab, 'fabrikam', `Set-OrganizationRelationship Contoso ${change}`, pat);
  const asked = 'OutOfOfficeMessage MailboxFullStatus TotalMemberCount MaxMessageSize Scope';

  test.each([
    ['All', `${pat} reply=Outside MailboxFull TotalMemberCount MaxMessageSize Scope`],
    ['Limited', `${pat} reply=Outside MaxMessageSize Scope`],
    ['None', 'ErrorMailTipsDisabled'],
  ])('MailTips by the level %s', async (level, expected) => {
    await fabrikam(`-MailTipsAccessEnabled $true -MailTipsAccessLevel ${level}`);
    const answer = await askTips(mary, [pat, rob], asked);
    expect(told(answer)).toEqual([expected, `${rob} reply= MailboxFull TotalMemberCount MaxMessageSize Scope`]);
    const { hops, choice } = await wayOf(lab, answer);
    expect(choice.at(-1)).toBe('organization-relationship passed: Fabrikam: a delegation token for FYDIBOHF25SPDLT.fabrikam.test');
    expect(hops.at(-1)).toBe('fabrikam/ews GetMailTips 200');
    if (level === 'None') expect(texts(answer.body, 'ResponseSource')).toEqual([fabrikamEws]);
  });

  test('a photograph where the relationship shares photographs', async () => {
    await fabrikam('-PhotosEnabled $false');
    expect(shown(await askPhoto(mary, pat))).toBe('ErrorAccessDenied');
    await fabrikam('-PhotosEnabled $true');
    const answer = await askPhoto(mary, pat);
    expect(shown(answer)).toBe(base64(pictures.pat));
    expect((await wayOf(lab, answer)).hops).toEqual(['fabrikam/ews GetUserPhoto 200']);
  });
});
