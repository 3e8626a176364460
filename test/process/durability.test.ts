import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { seededRandom } from '../../shared/kernel/random.ts';
import { end, type LabProcess, startLabProcess, type WireClient, wireClient } from '../support/lab-process.ts';
import { attributes, responses, texts } from '../wire/ews/answers.ts';

const mary = 'mary@contoso.test';
const writers = 4;

const createItem = (subject: string): string =>
  `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">${`text of ${subject} `.repeat(40)}</t:Body></t:Message></m:Items></m:CreateItem>`;

test('kill -9 while clients write loses no item whose creation was answered, again and again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-durability-'));
  const random = seededRandom(inject('seed'));
  const acknowledged = new Set<string>();
  let lab: LabProcess | undefined;
  try {
    for (let round = 0; round < 4; round += 1) {
      lab = await startLabProcess(['--port', '0', '--data-dir', join(folder, 'data'), '--persist'], { cwd: folder });
      const client = wireClient(lab.endpoints);
      await expectAllThere(client, acknowledged);
      if (round < 3) {
        await writeUntilKilled(lab, client, round, 15 + random.integer(60), acknowledged);
        expect((await lab.ended).signal).toBe('SIGKILL');
      } else lab.child.kill('SIGTERM');
      client.close();
    }
    expect(await lab?.ended).toMatchObject({ code: 0, err: '' });
    expect(acknowledged.size).toBeGreaterThan(45);
  } finally {
    await end(lab);
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

/** Lets several clients create items until `enough` creations have been answered; then the lab is killed under them. */
async function writeUntilKilled(
  lab: LabProcess,
  client: WireClient,
  round: number,
  enough: number,
  acknowledged: Set<string>,
): Promise<void> {
  const wanted = acknowledged.size + enough;
  const write = async (writer: number): Promise<void> => {
    for (let count = 0; ; count += 1) {
      const subject = `round ${round} writer ${writer} item ${count}`;
      const answer = await client.ews(mary, createItem(subject)).catch(() => undefined);
      if (answer === undefined) return;
      expect(responses(answer.body)).toMatchObject([{ code: 'NoError' }]);
      acknowledged.add(subject);
      if (acknowledged.size === wanted) lab.child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
}

/** All that was answered is there, whole, and nothing twice; of each writer one more may be there, whose answer was lost. */
async function expectAllThere(client: WireClient, acknowledged: ReadonlySet<string>): Promise<void> {
  const { body } = await client.ews(
    mary,
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></m:ItemShape>' +
      '<m:Restriction><t:Contains ContainmentMode="Prefixed" ContainmentComparison="Exact"><t:FieldURI FieldURI="item:Subject"/><t:Constant Value="round "/></t:Contains></m:Restriction>' +
      '<m:ParentFolderIds><t:DistinguishedFolderId Id="drafts"/></m:ParentFolderIds></m:FindItem>',
  );
  const found = texts(body, 'Subject');
  expect(found).toEqual(expect.arrayContaining([...acknowledged]));
  expect(new Set(found).size).toBe(found.length);
  expect(found.length).toBeLessThanOrEqual(acknowledged.size + 3 * writers);
  const last = attributes(body, 'ItemId', 'Id').at(-1);
  if (last === undefined) return;
  const shape =
    '<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Body"/></t:AdditionalProperties></m:ItemShape>';
  const item = await client.ews(mary, `<m:GetItem>${shape}<m:ItemIds><t:ItemId Id="${last}"/></m:ItemIds></m:GetItem>`);
  expect(item.body).toContain(`text of ${found.at(-1)} `.repeat(40).trimEnd());
}
