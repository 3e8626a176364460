import autocannon from 'autocannon';
import { callRaw } from '../support/raw-http.ts';
import type { BenchLab } from './bench-lab.ts';
import { median, type Row } from './row.ts';

/** Keep-alive connections of the client. */
const connections = 16;
const rounds = 10;
const roundSeconds = 1;
const warmUpSeconds = 3;
/** Least rate of an operation, as a part of the control's. */
const leastPart = 0.5;
/** Most time of a page of the large folder, in pages of the small one. */
const mostTimes = 1.5;
const small = { name: 'Small', messages: 1_000 };
const large = { name: 'Large', messages: 100_000 };

interface Load {
  readonly path: string;
  readonly body: string;
}

/** GetFolder and FindItem beside the control, and FindItem in a large folder beside a small one. */
export async function requestRows(lab: BenchLab): Promise<readonly Row[]> {
  const rows = [
    await besideControl(lab, 'GetFolder', getFolder),
    await besideControl(lab, 'FindItem, 100 of 500', findItem(await lab.folderId('Projects'))),
  ];
  for (const { name, messages } of [small, large]) await lab.fill(name, messages);
  return [...rows, await largeBesideSmall(lab)];
}

function envelope(body: string): string {
  const namespaces =
    'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"';
  return `<?xml version="1.0" encoding="utf-8"?><s:Envelope ${namespaces}><s:Header><t:RequestServerVersion Version="Exchange2013_SP1"/></s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}

const ewsPath = '/EWS/Exchange.asmx';
const getFolder = envelope(
  '<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
);

function findItem(folderId: string): string {
  const fields = ['item:Subject', 'item:DateTimeReceived', 'message:From', 'message:IsRead', 'item:HasAttachments', 'item:Size'];
  const paths = fields.map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('');
  return envelope(
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${paths}</t:AdditionalProperties></m:ItemShape>` +
      `<m:IndexedPageItemView MaxEntriesReturned="100" Offset="0" BasePoint="Beginning"/><m:ParentFolderIds><t:FolderId Id="${folderId}"/></m:ParentFolderIds></m:FindItem>`,
  );
}

async function besideControl(lab: BenchLab, what: string, body: string): Promise<Row> {
  const operation = { path: ewsPath, body };
  lab.record(await answerOf(lab, operation));
  const [own, control] = await alternate(lab, operation, { path: '/autodiscover/control', body });
  const part = own / control;
  return {
    what: `${what}, rate beside the control`,
    measured: `${part.toFixed(2)} (${own.toFixed(0)}/s : ${control.toFixed(0)}/s)`,
    limit: `${leastPart}`,
    passed: part >= leastPart,
  };
}

async function largeBesideSmall(lab: BenchLab): Promise<Row> {
  const [fewer, more] = await alternate(
    lab,
    { path: ewsPath, body: findItem(await lab.folderId(small.name)) },
    { path: ewsPath, body: findItem(await lab.folderId(large.name)) },
  );
  const times = fewer / more;
  return {
    what: `FindItem, 100 of ${large.messages}, time beside 100 of ${small.messages}`,
    measured: `${times.toFixed(2)} (${more.toFixed(0)}/s : ${fewer.toFixed(0)}/s)`,
    limit: `${mostTimes}`,
    passed: times <= mostTimes,
  };
}

/** Median rates of two loads in requests per second; the rounds alternate, so that what else the machine does meets both. */
async function alternate(lab: BenchLab, first: Load, second: Load): Promise<readonly [number, number]> {
  const rates: readonly [number[], number[]] = [[], []];
  for (const load of [first, second]) await rate(lab, load, warmUpSeconds);
  for (let round = 0; round < rounds; round += 1) {
    rates[0].push(await rate(lab, first, roundSeconds));
    rates[1].push(await rate(lab, second, roundSeconds));
  }
  return [median(rates[0]), median(rates[1])];
}

/**
 * Requests per second. What a round leaves in the journal is stored before the next one begins and counts as its own time:
 * else the quick load would leave its work to the slow one.
 */
async function rate(lab: BenchLab, load: Load, duration: number): Promise<number> {
  const { requests, errors, timeouts, non2xx, ...result } = await autocannon({
    ...target(lab, load),
    connections,
    duration,
    // The client has a thread of its own, away from the servers.
    workers: 1,
  });
  if (errors + timeouts + non2xx > 0)
    throw new Error(`${load.path}: ${errors} errors, ${timeouts} timeouts, ${non2xx} answers without success`);
  const endedMs = performance.now();
  await lab.settle();
  return requests.total / (result.duration + (performance.now() - endedMs) / 1_000);
}

async function answerOf(lab: BenchLab, load: Load): Promise<string> {
  const { method, headers, body } = target(lab, load);
  const answer = await callRaw({ port: lab.port, path: load.path, method, headers, body, insecure: true });
  const text = answer.body.toString();
  if (answer.status !== 200 || !text.includes('<m:ResponseCode>NoError</m:ResponseCode>'))
    throw new Error(`${load.path}: ${answer.status} ${text}`);
  return text;
}

function target({ port, authorization }: BenchLab, { path, body }: Load) {
  return {
    url: `https://localhost:${port}${path}`,
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=utf-8', authorization },
    body,
  } as const;
}
