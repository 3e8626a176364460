import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { controlOf, type Json } from '../../support/control.ts';
import { federate } from '../../support/federation.ts';
import { runCmdlet } from '../../support/run-cmdlet.ts';
import { basic } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { ask } from '../admin/ask.ts';
import { envelope, operationBody, soapHeader } from '../autodiscover/requests.ts';

const endpoint = 'https://autodiscover.fabrikam.test/autodiscover/autodiscover.svc';
const pat = 'pat@fabrikam.test';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  await federate(lab, { organization: 'contoso', domain: 'contoso.test', key: 21 });
  await federate(lab, { organization: 'fabrikam', domain: 'fabrikam.test', key: 22 });
  const shares = '-FreeBusyAccessEnabled $true -FreeBusyAccessLevel LimitedDetails';
  const contoso = `-DomainNames contoso.test ${shares} -TargetApplicationUri FYDIBOHF25SPDLT.contoso.test`;
  await runCmdlet(lab, 'fabrikam', `New-OrganizationRelationship Contoso ${contoso}`, pat);
  const fabrikam = `-DomainNames fabrikam.test ${shares} -TargetApplicationUri FYDIBOHF25SPDLT.fabrikam.test`;
  await runCmdlet(lab, 'contoso', `New-OrganizationRelationship Fabrikam ${fabrikam} -TargetAutodiscoverEpr ${endpoint}/WSSecurity`);
});
afterAll(() => lab.close());
afterEach(() => lab.faults.clear());

interface Told {
  readonly objects: readonly Json[];
  readonly warnings: readonly string[];
  readonly messages: readonly string[];
  readonly trace: string;
}

async function tested(line = 'Test-OrganizationRelationship -UserIdentity mary@contoso.test -Identity Fabrikam'): Promise<Told> {
  return (await controlOf(lab).call('POST', '/cmdlets', { organization: 'contoso', line })) as unknown as Told;
}

const hopsOf = async (traceId: string) =>
  (await lab.exchanges({ traceId }))
    .filter(({ direction, service }) => direction === 'incoming' && service !== 'shell' && service !== 'frontend')
    .map(({ service, operation, status }) => `${service} ${operation} ${status}`);

const success = 'RESULT: Success.';

test('two sides that fit together: six steps, as the transcript of an administrator has them', async () => {
  const { objects, warnings, messages, trace } = await tested();
  expect(objects).toEqual([]);
  expect(warnings).toEqual([]);
  expect(messages).toEqual([
    expect.stringMatching(/^Begin testing for organization relationship CN=Fabrikam,.*, enabled state True\.$/),
    'Exchange D-Auth Federation Authentication STS Client Identities are urn:federation:MicrosoftOnline/FYDIBOHF25SPDLT.contoso.test;',
    ...['STEP 1: Validating user configuration', success],
    ...['STEP 2: Getting federation information from remote organization...', success],
    ...['STEP 3: Validating consistency in returned federation information', success],
    ...['STEP 4: Requesting delegation token from the STS...', success],
    `Retrieved token for target ${endpoint}/WSSecurity for offer Name=MSExchange.Autodiscover,Duration=28800(secs)`,
    ...['STEP 5: Getting organization relationship setting from remote partner...', success],
    ...['STEP 6: Validating organization relationships returned from remote partner', success],
    ...['LAST STEP: Writing results...', 'No Significant Issues to Report', 'COMPLETE.'],
  ]);
  expect(await hopsOf(trace)).toEqual([
    'autodiscover GetFederationInformation 200',
    expect.stringMatching(/^azure-auth .* 200$/),
    'autodiscover GetOrganizationRelationshipSettings 200',
  ]);
  const [asked] = (await lab.exchanges({ traceId: trace })).filter(({ operation }) => operation === 'GetOrganizationRelationshipSettings');
  expect(asked).toMatchObject({ organization: 'fabrikam', caller: 'mary@contoso.test', code: 'NoError' });
});

test('the tokens of the servers are neither used nor touched, and those of a pipe are tested', async () => {
  await tested();
  const { trace } = await tested('Get-OrganizationRelationship Fabrikam | Test-OrganizationRelationship -UserIdentity mary');
  expect((await hopsOf(trace)).filter((hop) => hop.startsWith('azure-auth'))).toHaveLength(1);
});

const ours = (change: string) => runCmdlet(lab, 'contoso', `Set-OrganizationRelationship Fabrikam ${change}`);
const theirs = (change: string) => runCmdlet(lab, 'fabrikam', `Set-OrganizationRelationship Contoso ${change}`, pat);

test.each([
  {
    broken: 'TargetApplicationUri',
    set: ours,
    wrong: '-TargetApplicationUri nobody.test',
    right: '-TargetApplicationUri FYDIBOHF25SPDLT.fabrikam.test',
    issues: ['ApplicationUrisDiffer Error', 'FailureToGetDelegationToken Error'],
    why: /^FailureToGetDelegationToken: Soap fault exception received\. /,
  },
  {
    broken: 'TargetAutodiscoverEpr',
    set: ours,
    wrong: '-TargetAutodiscoverEpr https://mail.fabrikam.test/nothing',
    right: `-TargetAutodiscoverEpr ${endpoint}/WSSecurity`,
    issues: ['AutodiscoverEndpointsDiffer Warning', 'AutodiscoverServiceCallFailed Error'],
    why: /^AutodiscoverServiceCallFailed: The request failed with HTTP status 404: Not Found\.$/,
  },
  {
    broken: 'a domain of nobody',
    set: ours,
    wrong: '-DomainNames nowhere.test',
    right: '-DomainNames fabrikam.test',
    issues: ['FederationInformationNotReceived Error'],
    why: /^FederationInformationNotReceived: Federation information could not be received from the external organization\. .*nowhere\.test/,
  },
  {
    broken: 'the other side has none',
    set: theirs,
    wrong: '-Enabled $false',
    right: '-Enabled $true',
    issues: ['AutodiscoverServiceCallFailed Error'],
    why: /^AutodiscoverServiceCallFailed: \S/,
  },
  {
    broken: 'the other side asks for somebody else',
    set: theirs,
    wrong: '-TargetApplicationUri FYDIBOHF25SPDLT.elsewhere.test',
    right: '-TargetApplicationUri FYDIBOHF25SPDLT.contoso.test',
    issues: ['ApplicationUrisDiffer Error'],
    why: undefined,
  },
  {
    broken: 'the other side shares nothing',
    set: theirs,
    wrong: '-FreeBusyAccessEnabled $false',
    right: '-FreeBusyAccessEnabled $true',
    issues: ['AccessDiffers Warning'],
    why: undefined,
  },
  {
    broken: 'it is disabled here',
    set: ours,
    wrong: '-Enabled $false',
    right: '-Enabled $true',
    issues: ['RelationshipDisabled Warning'],
    why: undefined,
  },
])('$broken', async ({ set, wrong, right, issues, why }) => {
  await set(wrong);
  const { objects, warnings, messages } = await tested();
  await set(right);
  expect(objects.map(({ Id, Status }) => `${String(Id)} ${String(Status)}`)).toEqual(issues);
  expect(warnings).toEqual(why === undefined ? [] : [expect.stringMatching(why)]);
  expect(messages.includes('RESULT: Error.')).toBe(issues.some((issue) => issue.endsWith('Error')));
  expect(messages).not.toContain('No Significant Issues to Report');
  expect((await tested()).objects).toEqual([]);
});

test("Exchange's own words where the call of the fifth step fails", async () => {
  lab.faults.add({
    match: { svc: 'autodiscover', org: 'fabrikam', host: 'autodiscover.fabrikam.test' },
    effect: { kind: 'reset' },
    after: 1,
  });
  const { objects, messages } = await tested();
  expect(objects).toEqual([
    {
      Identity: '',
      Id: 'AutodiscoverServiceCallFailed',
      Status: 'Error',
      Description: 'The Autodiscover call failed.',
      IsValid: true,
      ObjectState: 'New',
    },
  ]);
  expect(messages.slice(-4)).toEqual([
    'RESULT: Unable to retrieve organization relationships from remote organization.',
    'RESULT: Error.',
    'LAST STEP: Writing results...',
    'COMPLETE.',
  ]);
});

test.each([
  ['a user whose mailbox is elsewhere', '-Identity Fabrikam -UserIdentity joe@contoso.test', /joe@contoso\.test/],
  ['a relationship that does not exist', '-Identity Nobody -UserIdentity mary', /Nobody/],
  ['no user', '-Identity Fabrikam', /missing mandatory parameters: UserIdentity\.$/],
])('%s is refused', async (_, parameters, detail) => {
  const body = { organization: 'contoso', line: `Test-OrganizationRelationship ${parameters}` };
  const answer = await ask(lab.endpoints.adminUrl, 'POST', '/_coexist/v1/cmdlets', body);
  expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringMatching(detail) } });
});

test('whoever signs in with an account is told nothing: the operation is for bearers of a token', async () => {
  const user = lab.endpoints.users.find(({ mail }) => mail === pat);
  const answer = await lab.https(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=utf-8', authorization: basic(user?.userName ?? '', lab.password) },
    body: envelope(
      operationBody('GetOrganizationRelationshipSettings', '<Domains><Domain>contoso.test</Domain></Domains>'),
      soapHeader('GetOrganizationRelationshipSettings'),
    ),
  });
  expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('<ErrorCode>InvalidRequest</ErrorCode>') });
  expect(answer.body).toContain('<ErrorMessage>Whoever asks must bring a delegation token.</ErrorMessage>');
  expect(answer.body).not.toContain('FreeBusyAccessLevel');
});
