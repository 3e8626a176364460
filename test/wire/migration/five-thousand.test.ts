import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasExchangelib, python } from '../../support/exchangelib.ts';
import { basic } from '../../support/soap.ts';
import { responses, texts } from '../ews/answers.ts';
import { fillMixed } from './mixed-items.ts';
import { deliveryDomain, type MovingLab, onPremises, openMovingLab, remove, send, write } from './moving-lab.ts';

const mary = 'mary@contoso.test';
const many = 5_000;
const configurations = ['Board', 'Colours', 'Views'];
const mostTurns = 40;

interface Inventory {
  readonly endpoint: string;
  readonly folders: Readonly<Record<string, readonly string[]>>;
  readonly configurations: Readonly<Record<string, string | null>>;
}

describe.skipIf(!hasExchangelib)('a batch moves five thousand items of all kinds while their owner works', () => {
  let moving: MovingLab;
  let before: Inventory;
  let after: Inventory;
  const written = new Set<string>();
  const sent = new Set<string>();
  const deleted = new Set<string>();

  beforeAll(async () => {
    moving = await openMovingLab();
    const { lab, run, credential } = moving;
    await fillMixed(lab, mary, many, configurations);
    before = await inventory(lab, 'CONTOSO\\mary');
    await run(`New-MigrationEndpoint -Name hybrid -ExchangeRemoteMove -RemoteServer mail.contoso.test -Credentials ${credential}`);
    const csv = Buffer.from(`EmailAddress\n${mary}\n`).toString('base64');
    const terms = `-SourceEndpoint hybrid -TargetDeliveryDomain ${deliveryDomain} -CSVData "${csv}" -AutoStart -AutoComplete`;
    await run(`New-MigrationBatch -Name wave ${terms}`);
    let isOver = false;
    const over = lab.moved().then(() => {
      isOver = true;
    });
    const drafts: { subject: string; id: string }[] = [];
    for (let turn = 0; !isOver && turn < mostTurns; turn += 1) {
      const subject = `meanwhile ${turn}`;
      const { id } = await write(lab, mary, onPremises, subject);
      if (id === undefined) break;
      written.add(subject);
      drafts.push({ subject, id });
      const letter = `letter ${turn}`;
      // The last may meet the lock.
      if (turn % 4 === 0 && (await sends(letter))) sent.add(letter);
      const victim = turn % 3 === 2 ? drafts.shift() : undefined;
      if (victim !== undefined && (await remove(lab, mary, onPremises, victim.id)) === 'NoError') deleted.add(victim.subject);
    }
    await over;
    await lab.mailSent();
    after = await inventory(lab, mary);
  }, 400_000);
  afterAll(() => moving.close());

  async function sends(subject: string): Promise<boolean> {
    try {
      await send(moving.lab, mary, onPremises, 'rob@contoso.test', subject);
      return true;
    } catch {
      return false;
    }
  }

  async function inventory({ endpoints, dataDir }: MovingLab['lab'], userName: string): Promise<Inventory> {
    const file = join(dataDir, 'endpoints-for-python.json');
    writeFileSync(file, JSON.stringify(endpoints));
    const { proxyUrl, caFile } = endpoints;
    const reached = { HTTPS_PROXY: proxyUrl ?? '', HTTP_PROXY: proxyUrl ?? '', REQUESTS_CA_BUNDLE: caFile };
    const asked = { COEXIST_ENDPOINTS: file, MAILBOX: mary, USER_NAME: userName, CONFIGURATIONS: JSON.stringify(configurations) };
    const script = join(import.meta.dirname, '..', '..', 'clients', 'exchangelib', 'inventory.py');
    const child = spawn(python, [script], { env: { ...process.env, ...reached, ...asked }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, error] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      error = (error + text).slice(-3_000);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, error]).toEqual([0, '']);
    return JSON.parse(out) as Inventory;
  }

  const isMeanwhile = (line: string): boolean => /\| (?:meanwhile|letter) \d+ \|/.test(line);
  const subjectsOf = (lines: readonly string[]): string[] => lines.filter(isMeanwhile).map((line) => line.split(' | ')[1] ?? '');

  test('the batch is complete', async () => {
    const [batch] = await moving.run('Get-MigrationBatch wave');
    expect(batch).toMatchObject({ Status: 'Completed' });
    expect(await moving.statistics('mary')).toMatchObject({ Status: 'Completed', BadItemsEncountered: 0, failures: [] });
  });

  test('the client is led from the old home to the new one', () => {
    expect(before.endpoint).toBe('https://mail.contoso.test/EWS/Exchange.asmx');
    expect(after.endpoint).toBe('https://outlook.office365.test/EWS/Exchange.asmx');
  });

  test('it finds every item there that was there before, whole', () => {
    const lines = Object.values(before.folders).flat();
    expect(lines.length).toBeGreaterThanOrEqual(many - configurations.length);
    const kinds = ['IPM.Note', 'IPM.Appointment', 'IPM.Contact', 'IPM.Task', 'IPM.DistList'];
    expect(kinds.filter((kind) => lines.filter((line) => line.startsWith(`${kind} |`)).length < 100)).toEqual([]);
    const kept = Object.fromEntries(
      Object.entries(after.folders).map(([path, found]) => [path, found.filter((line) => !isMeanwhile(line))] as const),
    );
    expect(Object.fromEntries(Object.entries(kept).filter(([, found]) => found.length > 0))).toEqual(before.folders);
    expect(Object.values(before.configurations).every((one) => one !== null)).toBe(true);
    expect(after.configurations).toEqual(before.configurations);
  });

  test('what she wrote and sent meanwhile is there once, and nothing that she deleted', () => {
    expect([written.size > 3, sent.size > 0, deleted.size > 0]).toEqual([true, true, true]);
    const found = Object.values(after.folders).flatMap(subjectsOf);
    expect(found.toSorted()).toEqual([...[...written].filter((subject) => !deleted.has(subject)), ...sent].toSorted());
  });

  test('the old server redirects, and takes nothing for her', async () => {
    const { lab } = moving;
    const answer = await lab.https('https://autodiscover.contoso.test/autodiscover/autodiscover.xml', {
      method: 'POST',
      headers: { 'content-type': 'text/xml', authorization: basic(mary, lab.password) },
      body: `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${mary}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`,
    });
    expect(texts(answer.body, 'RedirectAddr')).toEqual([`mary@${deliveryDomain}`]);
    expect((await write(lab, mary, onPremises, 'too late')).code).toBe('ErrorMissingEmailAddress');
    const inbox = `<m:FolderIds><t:DistinguishedFolderId Id="inbox"><t:Mailbox><t:EmailAddress>${mary}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:FolderIds>`;
    const get = `<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>${inbox}</m:GetFolder>`;
    const { body } = await lab.ews('rob@contoso.test', get, { organization: onPremises });
    expect(responses(body)).toMatchObject([{ class: 'Error', code: 'ErrorNonExistentMailbox' }]);
  });
});
