import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { seededRandom } from '../../shared/kernel/random.ts';
import { end, type LabProcess, startLabProcess, wireClient } from '../support/lab-process.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { texts } from '../wire/ews/answers.ts';
import { openDialogue, transportPort } from '../wire/smtp/dialogue.ts';
import { sendMessage } from '../wire/smtp/transport-lab.ts';

const mary = 'mary@contoso.test';
const senders = 4;

test.each([
  ['', mary, ''],
  ['nor the requests of one that waits for a moderator', 'rob@contoso.test', 'Approval requested: '],
])(
  'kill -9 while servers bring mail loses no message that was answered 250 %s',
  async (_also, reader, prefix) => {
    const folder = mkdtempSync(join(tmpdir(), 'coexist-mail-durability-'));
    const random = seededRandom(inject('seed'));
    const acknowledged = new Set<string>();
    let lab: LabProcess | undefined;
    try {
      for (let round = 0; round < 3; round += 1) {
        lab = await startLabProcess(['--port', '0', '--data-dir', join(folder, 'data'), '--persist'], { cwd: folder });
        if (prefix !== '') await runCmdlet(lab, 'contoso', 'Set-Mailbox mary -ModerationEnabled $true -ModeratedBy rob');
        await expectAllThere(lab, acknowledged, reader, prefix);
        if (round === 2) break;
        await sendUntilKilled(lab, round, 10 + random.integer(40), acknowledged);
        expect((await lab.ended).signal).toBe('SIGKILL');
      }
      expect(acknowledged.size).toBeGreaterThan(20);
    } finally {
      await end(lab);
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);

async function sendUntilKilled(lab: LabProcess, round: number, enough: number, acknowledged: Set<string>): Promise<void> {
  const wanted = acknowledged.size + enough;
  const send = async (sender: number): Promise<void> => {
    const dialogue = await openDialogue(lab, transportPort(lab, 'contoso'));
    await dialogue.say('EHLO client.test');
    for (let count = 0; ; count += 1) {
      const subject = `round ${round} sender ${sender} message ${count}`;
      const answer = await sendMessage(dialogue, { from: 'pat@fabrikam.test', to: mary, text: `Subject: ${subject}\r\n\r\n${subject}` });
      if (!answer.startsWith('250 ')) return;
      acknowledged.add(subject);
      if (acknowledged.size === wanted) lab.child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: senders }, (_, sender) => send(sender)));
}

/** All that was answered is there, and nothing twice; of each sender one more may be there, whose answer was lost. */
async function expectAllThere(lab: LabProcess, acknowledged: ReadonlySet<string>, reader: string, prefix: string): Promise<void> {
  const client = wireClient(lab.endpoints);
  const { body } = await client.ews(
    reader,
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></m:ItemShape>' +
      `<m:Restriction><t:Contains ContainmentMode="Prefixed" ContainmentComparison="Exact"><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="${prefix}round "/></t:Contains></m:Restriction>` +
      '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>',
  );
  client.close();
  const found = texts(body, 'Subject').map((subject) => subject.slice(prefix.length));
  expect(found).toEqual(expect.arrayContaining([...acknowledged]));
  expect(new Set(found).size).toBe(found.length);
  expect(found.length).toBeLessThanOrEqual(acknowledged.size + 2 * senders);
}
