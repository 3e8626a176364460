import { callRaw } from '../support/raw-http.ts';
import type { BenchLab } from './bench-lab.ts';
import { alternate, type Load } from './load.ts';
import { besideRow, type Row } from './row.ts';

/** Least rate of an operation, as a part of the control's. */
const leastPart = 0.5;
/** Most time of a page of the large folder, in pages of the small one. */
const mostTimes = 1.5;
const small = { name: 'Small', messages: 1_000 };
const large = { name: 'Large', messages: 100_000 };

/** Pages that are asked for in turn: so many items that none is remembered when its turn comes again. */
const pagesInTurn = 100;

/** GetFolder and FindItem beside the control, and FindItem in a large folder beside a small one. */
export async function requestRows(lab: BenchLab): Promise<readonly Row[]> {
  const rows = [
    await besideControl(lab, 'GetFolder', getFolder),
    await besideControl(lab, 'FindItem, 100 of 500', findItem(await lab.folderId('Projects'))),
  ];
  for (const { name, messages } of [small, large]) await lab.fill(name, messages);
  return [...rows, await turningBesideOne(lab), await largeBesideSmall(lab)];
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

function findItem(folderId: string, offset = 0): string {
  const fields = ['item:Subject', 'item:DateTimeReceived', 'message:From', 'message:IsRead', 'item:HasAttachments', 'item:Size'];
  const paths = fields.map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('');
  return envelope(
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${paths}</t:AdditionalProperties></m:ItemShape>` +
      `<m:IndexedPageItemView MaxEntriesReturned="100" Offset="${offset}" BasePoint="Beginning"/><m:ParentFolderIds><t:FolderId Id="${folderId}"/></m:ParentFolderIds></m:FindItem>`,
  );
}

async function rates(loads: readonly Load[], { settle }: BenchLab): Promise<readonly number[]> {
  return (await alternate(loads, settle)).map(({ perSecond }) => perSecond);
}

async function besideControl(lab: BenchLab, what: string, body: string): Promise<Row> {
  const operation = loadOf(lab, ewsPath, body);
  lab.record(await answerOf(lab, operation));
  const [own = 0, control = 0] = await rates([operation, loadOf(lab, '/autodiscover/control', body)], lab);
  return besideRow(`${what}, rate beside the control`, own, control, leastPart);
}

/** For comparison: what a page costs whose items were not shown just before. Several connections would ask for the same page at a time. */
async function turningBesideOne(lab: BenchLab): Promise<Row> {
  const folder = await lab.folderId(large.name);
  const one = { ...loadOf(lab, ewsPath, findItem(folder)), connections: 1 };
  const bodies = Array.from({ length: pagesInTurn }, (_, page) => findItem(folder, page * 100));
  const [turning = 0, same = 0] = await rates([{ ...one, bodies }, one], lab);
  return {
    what: `FindItem, ${pagesInTurn} pages in turn, rate beside one page again and again`,
    measured: `${(turning / same).toFixed(2)} (${turning.toFixed(0)}/s : ${same.toFixed(0)}/s)`,
    limit: '',
    passed: undefined,
  };
}

async function largeBesideSmall(lab: BenchLab): Promise<Row> {
  const loads = [small, large].map(async ({ name }) => loadOf(lab, ewsPath, findItem(await lab.folderId(name))));
  const [fewer = 0, more = 0] = await rates(await Promise.all(loads), lab);
  const times = fewer / more;
  return {
    what: `FindItem, 100 of ${large.messages}, time beside 100 of ${small.messages}`,
    measured: `${times.toFixed(2)} (${more.toFixed(0)}/s : ${fewer.toFixed(0)}/s)`,
    limit: `${mostTimes}`,
    passed: times <= mostTimes,
  };
}

async function answerOf(lab: BenchLab, { headers, body }: Load): Promise<string> {
  const answer = await callRaw({ port: lab.port, path: ewsPath, method: 'POST', headers, body, insecure: true });
  const text = answer.body.toString();
  if (answer.status !== 200) throw new Error(`${ewsPath}: ${answer.status} ${text}`);
  checkAnswers([text]);
  return text;
}

/** A refusal of an operation has status 200, too. */
function checkAnswers(answers: readonly string[]): void {
  for (const text of answers) if (!text.includes('<m:ResponseCode>NoError</m:ResponseCode>')) throw new Error(`${ewsPath}: ${text}`);
}

function loadOf({ port, authorization }: BenchLab, path: string, body: string): Load {
  return {
    url: `https://localhost:${port}${path}`,
    headers: { 'content-type': 'text/xml; charset=utf-8', authorization },
    body,
    ...(path === ewsPath ? { check: checkAnswers } : {}),
  };
}
