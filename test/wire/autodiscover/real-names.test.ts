import { afterAll, beforeAll, expect, test } from 'vitest';
import { basic } from '../../support/soap.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ realNames: true });
});
afterAll(() => lab.close());

test("addresses have Microsoft's own names where hosts have one", async () => {
  const ask = async (host: string, mail: string, userName: string) => {
    const url = `https://${host}/autodiscover/autodiscover.json?Email=${mail}&Protocol=EWS`;
    const answer = await lab.https(url, { headers: { authorization: basic(userName, lab.password) } });
    return (JSON.parse(answer.body) as { Url: string }).Url;
  };
  expect(await ask('autodiscover-s.outlook.test', 'joe@contoso.test', 'joe@contoso.test')).toBe(
    'https://outlook.office365.com/EWS/Exchange.asmx',
  );
  expect(await ask('autodiscover.contoso.test', 'mary@contoso.test', 'CONTOSO\\mary')).toBe('https://mail.contoso.test/EWS/Exchange.asmx');
});
