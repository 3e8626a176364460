import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { ask } from './admin/ask.ts';
import { type Dialogue, openDialogue } from './smtp/dialogue.ts';

const mary = 'mary@contoso.test';
const getFolder =
  '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const admin = (method: string, path: string, body?: unknown): ReturnType<typeof ask> =>
  ask(lab.endpoints.adminUrl, method, `/_coexist/v1${path}`, body);
const breakpoints = async (): Promise<unknown> => ((await admin('GET', '/breakpoints')).body as { breakpoints: unknown }).breakpoints;

/** The hop that waits, as soon as one does. */
async function nextHeld(): Promise<Readonly<Record<string, unknown>>> {
  const held = async () => ((await admin('GET', '/held')).body as { held: readonly Readonly<Record<string, unknown>>[] }).held;
  await expect.poll(held, { timeout: 20_000 }).toHaveLength(1);
  return (await held())[0] ?? {};
}

test('a reset takes breakpoints away and lets everything go, unless they are to stay', async () => {
  await admin('POST', '/breakpoints', { id: 'stays', match: { svc: 'ews' } });
  const asked = lab.ews(mary, getFolder);
  await nextHeld();
  expect(await admin('POST', '/reset', { keep: ['breakpoints'] })).toMatchObject({ status: 200 });
  expect((await asked).status).toBe(200);
  expect(await breakpoints()).toMatchObject([{ id: 'stays' }]);
  await admin('POST', '/reset');
  expect(await breakpoints()).toEqual([]);
});

test('a story that is told in the lab waits at breakpoints as long as it takes', async () => {
  await admin('POST', '/breakpoints', { seam: 'ews.call', match: { op: 'GetUserAvailability', org: 'contoso' }, times: 1 });
  const told = admin('POST', '/scenarios/free-busy%2Fmary-sees-joe/run');
  const hop = await nextHeld();
  expect(hop).toMatchObject({ operation: 'GetUserAvailability', client: { waits: 'unknown' } });
  await admin('POST', `/held/${String(hop['id'])}/continue`);
  expect((await told).body).toMatchObject({ status: 'passed' });
  await admin('POST', '/reset');
});

test('a session of SMTP idles for as long as a hop is held, and is ended when nothing is', async () => {
  const patient = 'ConnectionInactivityTimeout 00:00:01 -ConnectionTimeout 00:00:02';
  const { organizations } = lab.endpoints;
  const open = async (kind: 'smtp' | 'clientSmtp'): Promise<Dialogue> => {
    const dialogue = await openDialogue(lab, Number(organizations['contoso']?.[kind]?.split(':')[1]));
    await dialogue.say('EHLO client.test');
    return dialogue;
  };
  for (const name of ['Default Frontend EX-SE-01', 'Client Frontend EX-SE-01'])
    await runCmdlet(lab, 'contoso', `Set-ReceiveConnector "${name}" -${patient}`);
  await admin('POST', '/breakpoints', { match: { svc: 'ews' }, times: 1 });
  const asked = lab.ews(mary, getFolder);
  const hop = await nextHeld();
  const [one, other] = [await open('smtp'), await open('clientSmtp')];
  // Another lab goes on meanwhile: there such a session has ended of idling.
  const elsewhere = await openTestLab();
  await runCmdlet(elsewhere, 'contoso', `Set-ReceiveConnector "Default Frontend EX-SE-01" -${patient}`);
  const idling = await openDialogue(elsewhere, Number(elsewhere.endpoints.organizations['contoso']?.smtp?.split(':')[1]));
  expect(await idling.hear()).toMatch(/^4[25]1 /);
  await elsewhere.close();
  for (const dialogue of [one, other]) expect(await dialogue.say('NOOP')).toMatch(/^250 /);
  await admin('POST', `/held/${String(hop['id'])}/continue`);
  expect((await asked).status).toBe(200);
  for (const dialogue of [one, other]) expect(await dialogue.hear()).toMatch(/^4[25]1 /);
});

test('the end of a lab lets everything go', async () => {
  await admin('POST', '/breakpoints', { match: { svc: 'ews' } });
  const asked = lab.ews(mary, getFolder).then(
    () => 'over',
    () => 'over',
  );
  await nextHeld();
  await lab.close();
  expect(await asked).toBe('over');
  lab = await openTestLab();
});
