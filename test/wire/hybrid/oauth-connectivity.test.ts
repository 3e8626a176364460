import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useDedicatedApplication } from '../../support/dedicated-application.ts';
import { runCmdlet, setEra } from '../../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

interface Tested {
  readonly Task: string;
  readonly Detail: string;
  readonly ResultType: string;
}

const onPremises = (line: string): Promise<readonly object[]> => runCmdlet(lab, 'contoso', line);
const cloud = (line: string): Promise<readonly object[]> => runCmdlet(lab, 'contoso-cloud', line);
const towardsCloud = 'Test-OAuthConnectivity -Service EWS -TargetUri https://outlook.office365.com/ews/exchange.asmx';
const tested = async (answer: Promise<readonly object[]>): Promise<Tested> => (await answer)[0] as Tested;

describe('as the wizard leaves it', () => {
  test.each([
    ['to the cloud as Mary', onPremises, `${towardsCloud} -Mailbox mary@contoso.test`],
    ['to the cloud as the organisation', onPremises, `${towardsCloud} -AppOnly`],
    [
      'Autodiscover',
      onPremises,
      'Test-OAuthConnectivity AutoD -TargetUri https://autodiscover-s.outlook.test/autodiscover/autodiscover.svc -Mailbox rob',
    ],
    ['to on-premises as Joe', cloud, 'Test-OAuthConnectivity EWS -TargetUri https://mail.contoso.test/ews/exchange.asmx -Mailbox joe'],
  ])('%s', async (_way, run, line) => {
    expect(await tested(run(line))).toMatchObject({ ResultType: 'Success' });
  });

  test('the hops of a test stand below the cmdlet in one trace', async () => {
    const since = lab.clock.state().now;
    await onPremises(`${towardsCloud} -Mailbox mary`);
    const [shell] = await lab.exchanges({ service: 'shell', since });
    expect(shell).toMatchObject({
      operation: 'Test-OAuthConnectivity',
      organization: 'contoso',
      outcome: 'answered',
      target: 'Test-OAuthConnectivity',
    });
    const hops = await lab.exchanges({ traceId: shell?.traceId ?? '' });
    expect(hops.filter(({ direction, service }) => direction === 'incoming' && service !== 'shell').map(({ status }) => status)).toEqual([
      401, 200, 302,
    ]);
  });

  test('the cached token is used when that is asked for', async () => {
    await onPremises(`${towardsCloud} -Mailbox mary`);
    const { Detail } = await tested(onPremises(`${towardsCloud} -Mailbox rob -UseCachedToken`));
    expect(Detail).toContain('is in the cache');
  });
});

describe('what can be wrong', () => {
  test('no issuer that both trust', async () => {
    await onPremises('Set-AuthServer "ACS - 11111111-1111-4111-8111-111111111111" -Enabled $false');
    const { ResultType, Detail } = await tested(onPremises(`${towardsCloud} -Mailbox mary`));
    await onPremises('Set-AuthServer "ACS - 11111111-1111-4111-8111-111111111111" -Enabled $true');
    expect(ResultType).toBe('Error');
    expect(Detail).toContain('The trusted issuers contained the following entries');
    expect(Detail).toContain('None of them are configured locally.');
  });

  test('an organisation that trusts nobody', async () => {
    const line = 'Test-OAuthConnectivity EWS -TargetUri https://mail.fabrikam.test/ews/exchange.asmx -Mailbox joe';
    const { ResultType, Detail } = await tested(cloud(line));
    expect([ResultType, Detail]).toEqual(['Error', expect.stringContaining('None of them are configured locally.')]);
  });

  test('a name that leads nowhere', async () => {
    const { ResultType, Detail } = await tested(
      onPremises('Test-OAuthConnectivity EWS -TargetUri https://nowhere.test/ews/exchange.asmx -AppOnly'),
    );
    expect([ResultType, Detail]).toEqual(['Error', expect.stringContaining('nowhere.test')]);
  });
});

test('when the shared principal is blocked, the dedicated application gets through', async () => {
  await setEra(lab, 'contoso-cloud', '2025-11');
  const blocked = await tested(onPremises(`${towardsCloud} -Mailbox mary`));
  expect(blocked).toMatchObject({ ResultType: 'Error', Detail: expect.stringContaining('HTTP response: 403') });

  const application = await useDedicatedApplication(lab);
  expect(await tested(onPremises(`${towardsCloud} -Mailbox mary`))).toMatchObject({
    ResultType: 'Success',
    Detail: expect.stringContaining(`a token of the application ${application}`),
  });

  await setEra(lab, 'contoso-cloud', '2027-04');
  const gone = await tested(onPremises(`${towardsCloud} -Mailbox mary`));
  expect(gone).toMatchObject({ ResultType: 'Error', Detail: expect.stringContaining('HTTP response: 403') });
});
