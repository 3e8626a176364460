import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectStories } from '../../services/runner/collect.ts';
import { play } from '../../services/runner/play.ts';
import { present } from '../../shared/kernel/assert.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { controlOf } from '../support/control.ts';
import { end, type LabProcess, startLabProcess, wireClient } from '../support/lab-process.ts';
import { startPostgres } from '../support/postgres.ts';
import { findPostgres } from '../support/postgres-server.ts';
import { ask } from '../wire/admin/ask.ts';

/** Where everything is now. */
async function told({ endpoints }: Pick<LabProcess, 'endpoints'>): Promise<EndpointsDocument> {
  return (await ask(endpoints.adminUrl, 'GET', '/_coexist/endpoints')).body as EndpointsDocument;
}

/** Who does what: the services of each process, and the organisations that it opens doors for. */
const roles = {
  authority: ['azure-auth,graph'],
  contoso: ['frontend,ews,autodiscover,mrsproxy,rpcproxy,oab,perimeter', 'contoso'],
  others: ['frontend,ews,autodiscover,mrsproxy,rpcproxy,oab,admin-api,perimeter', 'contoso-cloud,fabrikam'],
  transport: ['smtp', 'contoso'],
  edge: ['smtp', 'contoso-cloud,fabrikam'],
  migration: ['migration'],
  admin: ['admin,dns,proxy'],
} as const satisfies Readonly<Record<string, readonly [services: string, organizations?: string]>>;
type Role = keyof typeof roles;

/** Free/busy by OAuth and by DAuth, mail both ways, Autodiscover, a mailbox that moves. */
const stories = [
  'free-busy/mary-sees-joe',
  'free-busy/partner-sees-mary',
  'mail/mary-writes-to-joe',
  'mail/joe-writes-to-mary',
  'sign-in/autodiscover-follows-a-moved-mailbox',
  'moves/mary-moves-to-the-cloud',
];

describe.skipIf((await findPostgres()) === undefined)('a lab of seven processes', () => {
  const labs: Partial<Record<Role, LabProcess>> = {};
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coexist-distributed-'));
    const database = present(await (await startPostgres())?.createDatabase(), 'a database');
    const start = async (role: Role): Promise<void> => {
      const [services, organizations] = roles[role] as readonly [string, string?];
      const own = organizations === undefined ? [] : ['--organizations', organizations];
      const flags = ['--persist', database, '--port', '0', '--data-dir', join(folder, role), '--output', 'json', '--only', services];
      labs[role] = await startLabProcess([...flags, ...own, '--clock', 'frozen@2026-11-02T08:00:00Z'], { cwd: folder });
    };
    // All at once, upon a database with nothing in it.
    await Promise.all((Object.keys(roles) as Role[]).map(start));
  }, 180_000);
  afterAll(async () => {
    await Promise.all(Object.values(labs).map(end));
    await rm(folder, { recursive: true, force: true });
  });
  const lab = (role: Role): LabProcess => present(labs[role], role);

  test('is told of alike by all of them, and has one authority', { timeout: 60_000 }, async () => {
    const tell = () =>
      Promise.all(
        Object.values(labs).map(async ({ endpoints }) => {
          const { adminUrl: _url, pid: _pid, caFile, startedAt: _at, ...rest } = await told({ endpoints });
          return JSON.stringify({ ...rest, ca: await readFile(caFile, 'utf8') });
        }),
      );
    // Who came first hears of the last a moment later.
    await expect.poll(async () => new Set(await tell()).size, { timeout: 20_000 }).toBe(1);
    expect(await told(lab('migration'))).toMatchObject({
      organizations: { contoso: { ews: expect.any(String), smtp: expect.any(String) }, fabrikam: { ews: expect.any(String) } },
    });
  });

  test('has one time, and the same rules everywhere, when the process that was asked answers', { timeout: 60_000 }, async () => {
    const [asked, others] = [controlOf(lab('transport')), (Object.keys(roles) as Role[]).map((role) => controlOf(lab(role)))];
    const { now } = await asked.call('POST', '/clock/advance', { by: '90m' });
    for (const other of others) expect((await other.call('GET', '/clock'))['now']).toBe(now);
    const rule = { id: 'once', seam: 'http.request', match: { svc: 'ews' }, effect: { kind: 'reset' }, times: 1 };
    expect((await ask(lab('migration').endpoints.adminUrl, 'POST', '/_coexist/v1/faults', rule)).status).toBe(201);
    const client = wireClient(await told(lab('admin')));
    const words =
      '<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>';
    await expect(client.ews('mary@contoso.test', words)).rejects.toThrow(/hang up|ECONNRESET/);
    // It acts once in the whole lab.
    const acted = async (role: Role) =>
      ((await controlOf(lab(role)).call('GET', '/faults'))['faults'] as readonly { acted: number }[])[0]?.acted;
    await expect.poll(() => acted('others'), { timeout: 20_000 }).toBe(1);
    expect((await client.ews('zoe@contoso.test', words)).status).toBe(200);
    client.close();
  });

  test('reads an authenticator in any of them', { timeout: 60_000 }, async () => {
    const code = (role: Role) => controlOf(lab(role)).call('GET', '/authentication-codes/joe@contoso.test');
    expect(await code('admin')).toEqual(await code('authority'));
  });

  for (const story of collectStories(
    stories.map((name) => `../../scenarios/${name}.yaml`),
    import.meta.dirname,
  ))
    test(`${story.id}`, { timeout: 260_000 }, async () => {
      // Each step is known to seven processes before the next one begins.
      const { mismatches, explanations } = await play({ ...story, timeoutMs: 240_000 }, lab('admin').endpoints, {
        era: null,
        seed: 'test',
        environment: {},
      });
      expect(mismatches.length === 0 ? [] : [...mismatches, ...explanations]).toEqual([]);
    });
});
