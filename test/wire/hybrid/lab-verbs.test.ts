import { afterAll, beforeAll, expect, test } from 'vitest';
import { coexistWith } from '../../support/coexist.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';

let lab: TestLab;
let coexist: ReturnType<typeof coexistWith>;
beforeAll(async () => {
  lab = await openTestLab();
  coexist = coexistWith(lab);
});
afterAll(() => lab.close());

test('an exercise is done from a terminal', async () => {
  expect((await coexist(['lab', 'ls'])).out).toMatch(/^key-rollover +new +Key rollover$/m);
  expect((await coexist(['lab', 'start', 'key-rollover'])).out).toMatch(
    /^Key rollover \(running\)\n\n.*\n\nTask: .*\n\nQuestions:\n {2}1\. /,
  );
  expect((await coexist(['lab', 'hint', 'key-rollover'])).out).toMatch(/Hints \(2 left\):\n {2}1\. /);
  const answers = ['token.key', 'contoso'];
  const before = await coexist(['lab', 'check', 'key-rollover', ...answers]);
  expect([before.code, before.out]).toEqual([
    1,
    expect.stringMatching(/^Not solved yet\.\n {2}answer code: .*[\s\S]*1\. Right\..*\n {2}2\. Not that\.\n$/),
  ]);
  expect((await coexist(['cmdlet', '--org', 'contoso', 'Get-AuthServer | Set-AuthServer -RefreshAuthMetadata'])).code).toBe(0);
  expect(await coexist(['lab', 'check', 'key-rollover', 'token.key', 'the tenant'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Solved\./),
  });
  expect((await coexist(['lab', 'reset', 'key-rollover'])).code).toBe(0);
  expect((await coexist(['lab', 'check', 'key-rollover'])).code).toBe(2);
});

test('a blind one is named', async () => {
  expect((await coexist(['lab', 'start', 'blind', '--seed', 'a'])).out).toContain('Score: 0');
  const rows = await lab.store.read.selectFrom('config_object').select('name').where('kind', '=', 'TopologyBreak').execute();
  const cause = rows[0]?.name ?? '';
  expect(await coexist(['lab', 'answer', 'blind', cause === 'tls' ? 'ad-404' : 'tls'])).toMatchObject({
    code: 1,
    out: 'That is not it.\n',
  });
  expect(await coexist(['lab', 'answer', 'blind', cause])).toMatchObject({ code: 0, out: expect.stringMatching(/^That is it: /) });
});
