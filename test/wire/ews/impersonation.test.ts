import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Directory, openDirectory } from '../../../shared/domain/directory/directory.ts';
import { managementScopes, roleAssignments } from '../../../shared/domain/organization/role-assignments.ts';
import { applicationAccessPolicies } from '../../../shared/domain/trust/application-access-policies.ts';
import { type AuthServer, authServers } from '../../../shared/domain/trust/auth-servers.ts';
import { partnerApplications } from '../../../shared/domain/trust/partner-applications.ts';
import { acsAppId, exchangeAppId } from '../../../shared/domain/trust/well-known.ts';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { basic } from '../../support/soap.ts';
import { type HttpAnswer, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { daemon, openTokenMint, type TokenMint } from '../../support/tokens.ts';
import { faultOf, responses, texts } from './answers.ts';
import { askFor, cloudHost, impersonating, ownHost } from './asked.ts';

let lab: TestLab;
let mint: TokenMint;
let directory: Directory;
beforeAll(async () => {
  lab = await openTestLab();
  mint = await openTokenMint(lab.store, now);
  directory = openDirectory(lab.store, 'contoso');
});
afterAll(() => lab.close());

function now(): number {
  return lab.clock.state().now;
}

interface Role {
  readonly name?: string;
  readonly organization?: string;
  readonly role?: string;
  readonly assignee: string;
  readonly scope?: string;
}

const given: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const takeBack of given.splice(0)) await takeBack();
});

/** Gives a role for the length of one test. */
async function give({
  name = 'test',
  organization = 'contoso',
  role = 'ApplicationImpersonation',
  assignee,
  scope = '',
}: Role): Promise<void> {
  const value = { Name: name, Role: role, RoleAssignee: assignee, RoleAssigneeType: 'User', CustomRecipientWriteScope: scope } as const;
  await lab.store.transaction((tx) => roleAssignments.create(tx, organization, name, value, now()));
  given.push(() =>
    lab.store.transaction(async (tx) => {
      const stored = await roleAssignments.find(tx, organization, name);
      if (stored !== undefined) await roleAssignments.remove(tx, stored, now());
    }),
  );
}

async function scope(name: string, filter: string): Promise<void> {
  const value = { Name: name, RecipientRestrictionFilter: filter };
  await lab.store.transaction((tx) => managementScopes.create(tx, 'contoso', name, value, now()));
}

const asMary = (header: string): Promise<HttpAnswer> => askFor(lab, ownHost, basic('CONTOSO\\mary', lab.password), header);
const denied = { code: 'ErrorImpersonateUserDenied', reason: 'The account does not have permission to impersonate the requested user.' };
const codeOf = ({ status, body }: HttpAnswer): string => (status === 500 ? faultOf(body).code : (responses(body)[0]?.code ?? `${status}`));
const checksOf = async (answer: HttpAnswer) =>
  (await lab.exchangeOf(answer)).verdict?.checks.filter(({ check }) => /^(?:impersonation|application)\./.test(check)) ?? [];

describe('a user on-premises', () => {
  test('without the role is denied, whoever is meant, and others are told nothing', async () => {
    for (const value of ['rob@contoso.test', 'nobody@contoso.test', 'mary@contoso.test']) {
      const answer = await asMary(impersonating(value));
      expect([answer.status, faultOf(answer.body)]).toMatchObject([500, denied]);
      expect(await checksOf(answer)).toMatchObject([{ check: 'impersonation.header' }, { check: 'impersonation.role', outcome: 'failed' }]);
    }
    const exchange = await lab.exchangeOf(await asMary(impersonating('rob@contoso.test')));
    expect(exchange).toMatchObject({ caller: 'mary@contoso.test', code: 'ErrorImpersonateUserDenied', outcome: 'refused' });
  });

  test('with the role is the other user, by each of his names', async () => {
    await give({ assignee: 'mary@contoso.test' });
    const rob = await directory.byAddress('rob@contoso.test');
    const own = await lab.ews(
      'rob@contoso.test',
      '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
    );
    const [, id] = /FolderId Id="([^"]+)"/.exec(own.body) ?? [];
    for (const [by, value] of [
      ['PrimarySmtpAddress', 'Rob@Contoso.Test'],
      ['SmtpAddress', 'rob@contoso.test'],
      ['PrincipalName', 'rob@contoso.test'],
      ['SID', rob?.sid ?? ''],
    ] as const) {
      const answer = await asMary(impersonating(value, by));
      expect([by, codeOf(answer)]).toEqual([by, 'NoError']);
      expect(answer.body).toContain(`FolderId Id="${id}"`);
      expect(await lab.exchangeOf(answer)).toMatchObject({ caller: 'rob@contoso.test', verdict: { accepted: true } });
      expect(await checksOf(answer)).toMatchObject([
        { check: 'impersonation.header', outcome: 'passed' },
        { check: 'impersonation.role', outcome: 'passed', actual: 'mary@contoso.test' },
        { check: 'impersonation.user', outcome: 'passed', actual: 'rob@contoso.test' },
        { check: 'impersonation.scope', outcome: 'passed' },
      ]);
    }
  });

  test('stays himself without the header, and the other user has only his own rights', async () => {
    await give({ assignee: 'mary@contoso.test' });
    expect(await lab.exchangeOf(await asMary(''))).toMatchObject({ caller: 'mary@contoso.test' });
    const marys =
      '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"><t:Mailbox><t:EmailAddress>mary@contoso.test</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:FolderIds></m:GetFolder>';
    const answer = await askFor(lab, ownHost, basic('CONTOSO\\mary', lab.password), impersonating('rob@contoso.test'), marys);
    expect(codeOf(answer)).toBe('ErrorAccessDenied');
  });

  test('has the role as a member of a group', async () => {
    await give({ assignee: 'all-staff@contoso.test' });
    expect(codeOf(await asMary(impersonating('rob@contoso.test')))).toBe('NoError');
  });

  test('has nothing of another role, of somebody else, or of a group that is gone', async () => {
    await give({ name: 'a', assignee: 'mary@contoso.test', role: 'Mailbox Search' });
    await give({ name: 'b', assignee: 'rob@contoso.test' });
    await give({ name: 'c', assignee: 'gone@contoso.test' });
    expect(codeOf(await asMary(impersonating('adam@contoso.test')))).toBe('ErrorImpersonateUserDenied');
  });

  test.each([
    ['PrimarySmtpAddress', 'nobody@contoso.test', 'ErrorNonExistentMailbox', 'The SMTP address has no mailbox associated with it.'],
    ['SmtpAddress', 'all-staff@contoso.test', 'ErrorNonExistentMailbox', 'The SMTP address has no mailbox associated with it.'],
    ['SmtpAddress', 'joe@contoso.test', 'ErrorNonExistentMailbox', 'The SMTP address has no mailbox associated with it.'],
    ['SmtpAddress', 'pat@fabrikam.test', 'ErrorNonExistentMailbox', 'The SMTP address has no mailbox associated with it.'],
    ['PrincipalName', 'nobody@contoso.test', 'ErrorInvalidUserPrincipalName', 'The impersonation principal name is invalid.'],
    ['SID', 'S-1-5-21-1-2-3-4', 'ErrorInvalidUserSid', 'The user SID is invalid or does not map to a user in the Active Directory.'],
    ['SID', 'rob', 'ErrorInvalidSid', 'A SID with an invalid format was encountered.'],
    [
      'Name',
      'rob',
      'ErrorInvalidExchangeImpersonationHeaderData',
      'An ExchangeImpersonation SOAP header must contain a user principal name, user SID, or primary SMTP address.',
    ],
  ])('who means nobody by %s %s is told so', async (by, value, code, reason) => {
    await give({ assignee: 'mary@contoso.test' });
    const answer = await asMary(impersonating(value, by));
    expect([answer.status, faultOf(answer.body)]).toMatchObject([500, { code, reason }]);
  });

  test('by a secondary address as the primary one is told the primary one', async () => {
    await give({ assignee: 'joe@contoso.test', organization: 'contoso-cloud' });
    const secondary = 'joe@contoso.onmicrosoft.test';
    const asJoe = (by: string) => askFor(lab, cloudHost, basic('joe@contoso.test', lab.password), impersonating(secondary, by));
    const answer = await asJoe('PrimarySmtpAddress');
    expect(faultOf(answer.body)).toMatchObject({ code: 'ErrorNonPrimarySmtpAddress' });
    expect(texts(answer.body, 'Value')).toEqual(['joe@contoso.test']);
    expect(codeOf(await asJoe('SmtpAddress'))).toBe('NoError');
  });
});

describe('a scope', () => {
  test.each<[string, string, string]>([
    ["Department -eq 'Finance'", 'adam@contoso.test', 'rob@contoso.test'],
    ['{ department -EQ "finance" -or Alias -eq \'info\' }', 'info@contoso.test', 'rob@contoso.test'],
    [
      "(RecipientTypeDetails -eq 'UserMailbox') -and ((Alias -eq 'adam') -or (Alias -eq 'rob'))",
      'rob@contoso.test',
      'boardroom@contoso.test',
    ],
    ["MemberOfGroup -eq 'all-staff@contoso.test'", 'adam@contoso.test', 'boardroom@contoso.test'],
  ])('%s reaches %s and not %s', async (filter, within, beyond) => {
    await scope(filter, filter);
    await give({ assignee: 'mary@contoso.test', scope: filter });
    expect(codeOf(await asMary(impersonating(within)))).toBe('NoError');
    const answer = await asMary(impersonating(beyond));
    expect(codeOf(answer)).toBe('ErrorImpersonateUserDenied');
    expect((await checksOf(answer)).at(-1)).toMatchObject({ check: 'impersonation.scope', outcome: 'failed', expected: beyond });
  });

  test.each(["Department -like 'Fin*'", "ExchangeVersion -eq '1'", "Alias -eq 'adam' -and", "Alias -eq 'adam')", ''])(
    'whose filter is %j reaches nobody, and the journal says why',
    async (filter) => {
      await scope(`filter ${filter}`, filter);
      await give({ assignee: 'mary@contoso.test', scope: `filter ${filter}` });
      const answer = await asMary(impersonating('adam@contoso.test'));
      expect(codeOf(answer)).toBe('ErrorImpersonateUserDenied');
      expect((await checksOf(answer)).at(-1)?.actual).toMatch(/is not understood here/);
    },
  );

  test('that does not exist reaches nobody; one of several that reaches is enough', async () => {
    await give({ name: 'a', assignee: 'mary@contoso.test', scope: 'no such scope' });
    expect(codeOf(await asMary(impersonating('adam@contoso.test')))).toBe('ErrorImpersonateUserDenied');
    await give({ name: 'b', assignee: 'all-staff@contoso.test' });
    expect(codeOf(await asMary(impersonating('adam@contoso.test')))).toBe('NoError');
  });
});

describe('a user of the cloud', () => {
  test('with a token impersonates by the role too, as long as there is one', async () => {
    const ask = async () => codeOf(await askFor(lab, cloudHost, await mint.user('joe@contoso.test'), impersonating('zoe@contoso.test')));
    expect(await ask()).toBe('ErrorImpersonateUserDenied');
    await give({ organization: 'contoso-cloud', assignee: 'joe@contoso.test' });
    expect(await ask()).toBe('NoError');
  });
});

describe('a server-to-server token without a user', () => {
  test('has the rights of its linked account on-premises', async () => {
    const { tenantId, signer } = mint;
    const server: AuthServer = {
      ...{ Name: 'test ACS', Type: 'MicrosoftACS', IssuerIdentifier: acsAppId, Realm: tenantId, AuthMetadataUrl: '', DomainName: [] },
      ...{ TokenIssuingEndpoint: '', AuthorizationEndpoint: '', IsDefaultAuthorizationEndpoint: false, ApplicationIdentifier: '' },
      ...{ Enabled: true, keys: [{ x5t: signer.x5t, certificate: signer.certificate }], refreshed: now() },
    };
    const partner = {
      ...{ Name: 'test partner', ApplicationIdentifier: exchangeAppId, Realm: '', UseAuthServer: true, AuthMetadataUrl: '' },
      ...{ AcceptSecurityIdentifierInformation: false, LinkedAccount: 'mary@contoso.test', Enabled: true, keys: [] },
    };
    await lab.store.transaction(async (tx) => {
      for (const { object } of await partnerApplications.list(tx, 'contoso')) {
        const known = await partnerApplications.find(tx, 'contoso', object.name);
        if (known !== undefined) await partnerApplications.remove(tx, known, now());
      }
      await authServers.create(tx, 'contoso', server.Name, server, now());
      await partnerApplications.create(tx, 'contoso', partner.Name, partner, now());
    });
    const ask = async (header: string) => askFor(lab, ownHost, await mint.actor(ownHost), header);
    const rob = impersonating('rob@contoso.test');

    expect(faultOf((await ask(rob)).body).reason).toMatch(/^The application is missing a linked account for RBAC roles, or /);
    await give({ name: 'a', assignee: 'mary@contoso.test', role: 'UserApplication' });
    expect(codeOf(await ask(rob))).toBe('ErrorImpersonateUserDenied');
    await give({ name: 'b', assignee: 'mary@contoso.test' });
    expect(codeOf(await ask(''))).toBe('ErrorInvalidExchangeImpersonationHeaderData');
    const answer = await ask(rob);
    expect(codeOf(answer)).toBe('NoError');
    expect(await lab.exchangeOf(answer)).toMatchObject({ caller: 'rob@contoso.test' });
    expect((await checksOf(answer)).map(({ check }) => check)).toEqual([
      'application.linked-account',
      'impersonation.header',
      'impersonation.role',
      'impersonation.user',
      'impersonation.scope',
    ]);
  });
});

describe('an application access policy', () => {
  const policy = async (name: string, right: 'RestrictAccess' | 'DenyAccess', group: string, appId = daemon): Promise<void> => {
    const value = { Identity: name, AppId: [appId as Guid], AccessRight: right, PolicyScopeGroupId: group, Description: '' };
    await lab.store.transaction((tx) => applicationAccessPolicies.create(tx, 'contoso-cloud', name, value, now()));
    given.push(() =>
      lab.store.transaction(async (tx) => {
        const stored = await applicationAccessPolicies.find(tx, 'contoso-cloud', name);
        if (stored !== undefined) await applicationAccessPolicies.remove(tx, stored, now());
      }),
    );
  };
  const reach = async (): Promise<string> => {
    const reached: string[] = [];
    for (const name of ['joe', 'zoe']) {
      const { status } = await askFor(lab, cloudHost, await mint.app(), impersonating(`${name}@contoso.test`));
      reached.push(`${name} ${status}`);
    }
    return reached.join(', ');
  };

  test.each<[string, readonly (readonly ['RestrictAccess' | 'DenyAccess', string, string?])[], string]>([
    ['none', [], 'joe 200, zoe 200'],
    ['one that restricts', [['RestrictAccess', 'joe@contoso.test']], 'joe 200, zoe 403'],
    ['one that denies', [['DenyAccess', 'joe@contoso.test']], 'joe 403, zoe 200'],
    [
      'several that restrict',
      [
        ['RestrictAccess', 'joe@contoso.test'],
        ['RestrictAccess', 'zoe@contoso.test'],
      ],
      'joe 200, zoe 200',
    ],
    [
      'one that restricts and one that denies',
      [
        ['RestrictAccess', 'joe@contoso.test'],
        ['DenyAccess', 'joe@contoso.test'],
      ],
      'joe 403, zoe 403',
    ],
    ['one for a group that is gone', [['RestrictAccess', 'gone@contoso.test']], 'joe 403, zoe 403'],
    ['one for another application', [['RestrictAccess', 'joe@contoso.test', '33333333-3333-4333-8333-333333333333']], 'joe 200, zoe 200'],
  ])('%s', async (_, policies, reached) => {
    for (const [index, [right, group, appId]] of policies.entries()) await policy(`policy ${index}`, right, group, appId);
    expect(await reach()).toBe(reached);
  });

  test('answers 403 without a text, and the journal says which', async () => {
    await policy('policy', 'DenyAccess', 'joe@contoso.test');
    const answer = await askFor(lab, cloudHost, await mint.app(), impersonating('joe@contoso.test'));
    expect([answer.status, answer.body]).toEqual([403, '']);
    expect(await lab.exchangeOf(answer)).toMatchObject({ code: 'application-policy', outcome: 'refused', verdict: { accepted: false } });
    expect((await checksOf(answer)).at(-1)).toMatchObject({ check: 'application.access-policy', outcome: 'failed' });
  });
});
