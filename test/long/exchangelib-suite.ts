import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startLab } from '../../services/lab/service.ts';
import type { RunningLab } from '../../services/main.ts';
import { present } from '../../shared/kernel/assert.ts';
import { runCmdlet } from '../support/run-cmdlet.ts';

/** The tag whose tests run: the version that Debian ships. */
const tag = 'v4.9.0';
const python = '/usr/bin/python3';
/** Modules that run against a mailbox on premises, with Basic. Those that never leave their process are left out. */
const onPremises = [
  'test_account',
  'test_attachments',
  'test_extended_properties',
  'test_folder',
  'test_protocol',
  'test_queryset',
  'test_items.test_basics',
  'test_items.test_bulk',
  'test_items.test_generic',
  'test_items.test_helpers',
  'test_items.test_messages',
  'test_items.test_queryset',
  'test_items.test_sync',
  'test_items.test_calendaritems',
  'test_items.test_contacts',
  'test_items.test_tasks',
  'test_autodiscover_soap',
];
/** Modules that run against a mailbox in the cloud, with OAuth: the only way in that they know, or another one. */
const inCloud = ['test_autodiscover_pox', 'test_autodiscover_soap', 'test_account', 'test_protocol'];
const modules = [...onPremises, ...inCloud.map((module) => `${module} (cloud)`)];
/** Applications of the world: that of POX signs in with the user's password, the other one acts on its own. */
const applications = {
  web: { client_id: '33333333-3333-4333-8333-333333333333', client_secret: 'web-Pa55word!' },
  daemon: { client_id: '22222222-2222-4222-8222-222222222222', client_secret: 'daemon-Pa55word!' },
};
/** Tests that ask hosts of the Internet, and no EWS. */
const elsewhere: Readonly<Record<string, string>> = { 'ProtocolTest.test_close': 'asks httpbin.org' };
const secondsPerTest = 60;
const secondsPerModule = 1_200;

interface Told {
  readonly test: string;
  /** `silent`: passed without having asked a server anything, so that it says nothing of one; `alone`: failed so. */
  readonly outcome: 'passed' | 'silent' | 'skipped' | 'failed' | 'alone';
  readonly reason: string;
  readonly seconds: number;
}

interface ModuleRun {
  readonly module: string;
  readonly told: readonly Told[];
  /** What the process said at its end, where that was not to be expected. */
  readonly ending: string;
}

/**
 * Runs the tests of exchangelib itself, unmodified, against labs of this process and returns the table of what became of
 * them. `EXCHANGELIB_REPOSITORY` is a clone of github.com/ecederstrand/exchangelib (BSD-2-Clause); the suite is unpacked
 * from it into a folder that goes again. `only` names modules.
 */
export async function exchangelibSuite(only: readonly string[]): Promise<string> {
  const repository = process.env['EXCHANGELIB_REPOSITORY'];
  if (repository === undefined) throw new Error('EXCHANGELIB_REPOSITORY must be a clone of github.com/ecederstrand/exchangelib');
  const waiting = modules.filter((module) => only.length === 0 || only.some((name) => module.includes(name)));
  const runs: ModuleRun[] = [];
  const worker = async (): Promise<void> => {
    for (let module = waiting.shift(); module !== undefined; module = waiting.shift()) {
      const run = await runModule(repository, module);
      process.stderr.write(countLine(run));
      runs.push(run);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
  return report(runs.toSorted((left, right) => modules.indexOf(left.module) - modules.indexOf(right.module)));
}

/** One module against a lab of its own: modules leave things behind that others do not expect. */
async function runModule(repository: string, module: string): Promise<ModuleRun> {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-exchangelib-'));
  const lab = await startLab();
  try {
    const archive = spawnSync('git', ['-C', repository, 'archive', tag], { maxBuffer: 1 << 28 });
    const unpacked = spawnSync('tar', ['x', '-C', folder], { input: archive.stdout });
    if (archive.status !== 0 || unpacked.status !== 0)
      throw new Error(`${tag} of ${repository} cannot be unpacked: ${archive.stderr.toString()}`);
    const isInCloud = module.endsWith(' (cloud)');
    const settings = isInCloud ? await mailboxInCloud(lab, module) : await mailboxOnPremises(lab);
    writeFileSync(join(folder, 'settings.yml'), JSON.stringify({ ...settings, verify_ssl: true }));
    return { module, ...(await runTests(folder, module.replace(' (cloud)', ''), lab)) };
  } finally {
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prepares the mailbox of the suite on premises, and tells what its settings file says of it. */
async function mailboxOnPremises(lab: RunningLab): Promise<object> {
  // The suite takes the first way to sign in that is offered. NTLM would need MD4, which OpenSSL keeps among its legacy.
  await runCmdlet(lab, 'contoso', 'Set-WebServicesVirtualDirectory "EWS (Default Web Site)" -WindowsAuthentication $false');
  await runCmdlet(lab, 'contoso', 'Enable-Mailbox rob -Archive');
  await asAuthors(lab, 'contoso', 'rob');
  const user = present(
    lab.endpoints.users.find(({ mail }) => mail === 'rob@contoso.test'),
    'the user',
  );
  return {
    server: 'mail.contoso.test',
    autodiscover_server: 'autodiscover.contoso.test',
    username: user.userName,
    password: user.password,
    account: user.mail,
    alias: user.mail,
  };
}

/** The same in the cloud, of somebody whose own address is in the tenant's domain, as Autodiscover tells it. */
async function mailboxInCloud(lab: RunningLab, module: string): Promise<object> {
  const application = applications[module.startsWith('test_autodiscover_pox') ? 'web' : 'daemon'];
  const [account, password] = ['suite@contoso.mail.onmicrosoft.test', 'Pa55word!'];
  await runCmdlet(
    lab,
    'contoso-cloud',
    `New-Mailbox Suite -MicrosoftOnlineServicesID ${account} -PrimarySmtpAddress ${account} -Password ${password}`,
  );
  await asAuthors(lab, 'contoso-cloud', 'suite');
  // A domain of the author's has no such record, and his tests go on where it would lead.
  const record = '-ZoneName contoso.mail.onmicrosoft.test -Name _autodiscover._tcp -RRType SRV';
  await runCmdlet(lab, 'contoso-cloud', `Remove-DnsServerResourceRecord ${record} -Force`);
  return {
    server: 'outlook.office365.test',
    autodiscover_server: 'autodiscover-s.outlook.test',
    ...{ username: account, password, account, alias: account },
    ...{ tenant_id: '11111111-1111-4111-8111-111111111111', ...application },
  };
}

/**
 * The author's mailbox is in Danish, his tests look for its folders under Danish names, and he has signed in to Outlook on the
 * web, which asks for a time zone and keeps it in the root folder.
 */
async function asAuthors(lab: RunningLab, organization: string, mailbox: string): Promise<void> {
  const zone = 'Romance Standard Time';
  const line = `Set-MailboxRegionalConfiguration ${mailbox} -Language da-DK -LocalizeDefaultFolderName -TimeZone "${zone}"`;
  await runCmdlet(lab, organization, line);
}

async function runTests(folder: string, module: string, lab: RunningLab): Promise<Omit<ModuleRun, 'module'>> {
  const { proxyUrl, caFile, dns } = lab.endpoints;
  const proxy = proxyUrl ?? '';
  const script = join(import.meta.dirname, 'exchangelib', 'run_module.py');
  // One test takes REQUESTS_CA_BUNDLE away for good; requests looks at the other name of the same thing too.
  const surroundings = Object.entries(process.env).filter(([name]) => name !== 'REQUESTS_CA_BUNDLE');
  const reached = { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, CURL_CA_BUNDLE: caFile, NAME_SERVER: dns ?? '', TMPDIR: folder };
  const env = { ...Object.fromEntries(surroundings), PYTHONPATH: folder, ...reached };
  const child = spawn(python, [script, `tests.${module}`, String(secondsPerTest)], { cwd: folder, env });
  const late = setTimeout(() => child.kill('SIGKILL'), secondsPerModule * 1_000);
  const told: Told[] = [];
  createInterface(child.stdout).on('line', (line) => {
    if (!line.startsWith('{"test"')) return;
    const one = JSON.parse(line) as Told;
    const reason = elsewhere[one.test];
    told.push(reason === undefined ? one : { ...one, outcome: 'skipped', reason });
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2_000)));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearTimeout(late);
  const defects = lab.journal.defects().map((defect) => `defect: ${JSON.stringify(defect).slice(0, 400)}`);
  const died = code === 0 ? [] : [`ended with ${String(code)}: ${errors.trim().split('\n').at(-1) ?? ''}`];
  return { told, ending: [...died, ...defects].join('\n') };
}

/** The figures of one module. Counted are the tests that ran and that need a server, which is all but the silent ones and those that failed alone. */
function countLine({ module, told, ending }: ModuleRun): string {
  const count = (outcome: Told['outcome']): number => told.filter((one) => one.outcome === outcome).length;
  const counted = count('passed') + count('failed');
  const share = counted === 0 ? '-' : `${Math.round((100 * count('passed')) / counted)} %`;
  const figures = [told.length, count('skipped'), count('silent'), count('alone'), counted, count('passed')].map((figure) =>
    String(figure).padStart(8),
  );
  return `${module.padEnd(30)}${figures.join('')}${share.padStart(8)}${ending === '' ? '' : `  ${ending}`}\n`;
}

function report(runs: readonly ModuleRun[]): string {
  const head = `${'module'.padEnd(30)}${['run', 'skipped', 'silent', 'alone', 'counted', 'passed', ''].map((word) => word.padStart(8)).join('')}\n`;
  const all = countLine({ module: 'together', told: runs.flatMap(({ told }) => told), ending: '' });
  const failures = runs.flatMap(({ module, told }) =>
    told
      .filter(({ outcome }) => outcome === 'failed' || outcome === 'alone')
      .toSorted((left, right) => left.test.localeCompare(right.test))
      .map(({ test, outcome, reason }) => `${module}.${test}${outcome === 'alone' ? ', alone' : ''}\n    ${reason}\n`),
  );
  return `${head}${runs.map(countLine).join('')}${all}\n${failures.join('')}`;
}
