import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startLab } from '../../services/lab/service.ts';
import type { RunningLab } from '../../services/main.ts';
import { present } from '../../shared/kernel/assert.ts';
import { requested } from '../../shared/protocols/ews/contract.ts';
import { openEnvelope } from '../../shared/protocols/soap/envelope.ts';
import { parseXml } from '../../shared/xml/parse.ts';
import { asSchemaHasIt, type EwsSchema, requireEwsSchema } from '../support/ews-schema.ts';
import { basic } from '../support/soap.ts';

/** A request that a page shows. */
interface Sample {
  readonly page: string;
  readonly text: string;
  readonly operation: string;
}

/** What a sample came to. `code`: the first response code that is not NoError, or that of the fault. */
interface Outcome extends Sample {
  readonly kind: 'answered' | 'refused' | 'not there' | 'fault' | 'not valid' | 'no answer';
  readonly code: string;
}

const limits = { maxBytes: 1_000_000, maxDepth: 64, maxElements: 10_000 };
const patienceMs = 20_000;

/**
 * Sends every request that Microsoft's documentation shows and that the schema allows, as it stands, to a lab, and holds the
 * answers against the schema. `EWS_DOCUMENTATION_REPOSITORY` is a clone of github.com/MicrosoftDocs/office-developer-exchange-docs
 * (CC-BY-4.0); nothing of it is kept. The pages' ids name nothing here, so that most answers are refusals: what counts is that
 * none is a violation of the schema, a defect, or no answer. `only` names pages.
 */
export async function documentedRequests(only: readonly string[]): Promise<string> {
  const schema = requireEwsSchema();
  const repository = process.env['EWS_DOCUMENTATION_REPOSITORY'];
  if (repository === undefined || schema === undefined) throw new Error('EWS_DOCUMENTATION_REPOSITORY and the schemas must be there');
  const blocks = blocksOf(repository).filter(({ page }) => only.length === 0 || only.some((word) => page.includes(word)));
  const samples = blocks.flatMap((block) => sampleOf(schema, block));
  const lab = await startLab();
  try {
    const outcomes: Outcome[] = [];
    for (const sample of samples) outcomes.push(await outcomeOf(lab, schema, sample));
    const defects = lab.journal.defects().map(({ operation, detail }) => `${operation}: ${detail}`);
    return report(blocks.length, outcomes, defects);
  } finally {
    await lab.close();
  }
}

/** Whatever the pages show as XML and begins an envelope, with the namespaces put right that a rewriting of links has spoiled. */
function blocksOf(repository: string): readonly { readonly page: string; readonly text: string }[] {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-documentation-'));
  try {
    const archive = spawnSync('git', ['-C', repository, 'archive', 'HEAD', 'docs'], { maxBuffer: 1 << 30 });
    const unpacked = spawnSync('tar', ['x', '-C', folder], { input: archive.stdout });
    if (archive.status !== 0 || unpacked.status !== 0) throw new Error(`${repository} cannot be unpacked: ${archive.stderr.toString()}`);
    const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
    return pages.toSorted().flatMap((page) =>
      [...readFileSync(join(folder, page), 'utf8').matchAll(/```xml\r?\n([\s\S]*?)```/gi)].flatMap(([, block = '']) => {
        const text = block.trim().replaceAll(/https:\/\/(schemas\.microsoft\.com|schemas\.xmlsoap\.org|www\.w3\.org)\//g, 'http://$1/');
        return /<(?:\w+:)?Envelope\b/.test(text) ? [{ page: basename(page, '.md'), text }] : [];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The block, where it is well-formed, a request, and what the schema allows. */
function sampleOf(schema: EwsSchema, { page, text }: { readonly page: string; readonly text: string }): readonly Sample[] {
  try {
    const asked = requested(openEnvelope(parseXml(text, limits)).body);
    if (asked === undefined || schema.violations(text).length > 0) return [];
    return [{ page, text, operation: asked.name }];
  } catch {
    return [];
  }
}

async function outcomeOf(lab: RunningLab, schema: EwsSchema, sample: Sample): Promise<Outcome> {
  const answer = await post(lab, sample.text);
  if (answer === undefined) return { ...sample, kind: 'no answer', code: '' };
  const violations = schema.violations(asSchemaHasIt(answer.body));
  if (violations.length > 0) return { ...sample, kind: 'not valid', code: violations.join('; ') };
  const codes = [...answer.body.matchAll(/ResponseCode(?: [^>]*)?>(\w+)</g)].map(([, code = '']) => code);
  const code = codes.find((one) => one !== 'NoError') ?? 'NoError';
  if (answer.status === 200) return { ...sample, kind: code === 'NoError' ? 'answered' : 'refused', code };
  const isMissing = answer.body.includes(`The operation ${sample.operation} is not supported`);
  return {
    ...sample,
    kind: isMissing ? 'not there' : 'fault',
    code: `${code} ${/<faultstring[^>]*>([^<]*)/.exec(answer.body)?.[1] ?? ''}`,
  };
}

function post({ endpoints }: RunningLab, text: string): Promise<{ status: number; body: string } | undefined> {
  const user = present(
    endpoints.users.find(({ mail }) => mail === 'mary@contoso.test'),
    'the user',
  );
  const port = present(endpoints.hosts['mail.contoso.test'], 'the host').split(':')[1];
  const headers = { 'content-type': 'text/xml; charset=utf-8', authorization: basic(user.userName, user.password) };
  return new Promise((resolve) => {
    const sent = request(
      `https://localhost:${port}/EWS/Exchange.asmx`,
      { method: 'POST', headers, ca: readFileSync(endpoints.caFile), timeout: patienceMs },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
        response.on('error', () => resolve(undefined));
      },
    );
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(undefined));
    sent.end(text);
  });
}

function report(blocks: number, outcomes: readonly Outcome[], defects: readonly string[]): string {
  const kinds = Map.groupBy(outcomes, ({ kind }) => kind);
  const counts = [...kinds].map(([kind, those]) => `${kind} ${those.length}`).join(', ');
  const missing = new Set(kinds.get('not there')?.map(({ operation }) => operation));
  const rest = outcomes.filter(({ kind }) => kind !== 'answered' && kind !== 'not there');
  const lines = rest.map(({ page, operation, kind, code }) => `${kind.padEnd(10)}${operation.padEnd(28)}${code} (${page})\n`);
  return [
    `${blocks} envelopes, ${outcomes.length} valid requests: ${counts}; ${defects.length} defects\n`,
    `not there: ${[...missing].toSorted().join(', ')}\n`,
    ...lines.toSorted(),
    ...defects.map((defect) => `defect    ${defect}\n`),
  ].join('');
}
