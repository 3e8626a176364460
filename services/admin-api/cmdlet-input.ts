import type { RequestProblem } from './failures.ts';

/** What InvokeCommand is told to run. */
export interface CmdletInput {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const mostParameters = 64;

/** Reads `{"CmdletInput": {"CmdletName": "Get-Mailbox", "Parameters": {"Identity": "joe"}}}`; `Parameters` may be absent. */
export function readCmdletInput(body: unknown): CmdletInput | RequestProblem {
  const read = Buffer.isBuffer(body) ? parsed(body.toString('utf8')) : undefined;
  const input = memberOf(read, 'CmdletInput');
  const name = memberOf(input, 'CmdletName');
  const parameters = memberOf(input, 'Parameters') ?? {};
  if (typeof name !== 'string' || !isRecord(parameters))
    return bad('The body is {"CmdletInput": {"CmdletName": "...", "Parameters": {...}}} in JSON.');
  if (!/^[a-z]+-[a-z][a-z0-9]{0,80}$/i.test(name)) return bad('CmdletName is not the name of a cmdlet.');
  if (Object.keys(parameters).length > mostParameters) return bad(`There are more than ${mostParameters} parameters.`);
  return { name, parameters };
}

/** Properties that `$select` names, in small letters; undefined: all. Other options of OData are refused. */
export function selectedIn(query: string): { readonly names: readonly string[] | undefined } | RequestProblem {
  const options = [...new URLSearchParams(query)].filter(([name]) => name.startsWith('$'));
  const other = options.find(([name]) => name.toLowerCase() !== '$select');
  if (other !== undefined) return bad(`The query option ${other[0]} is not supported here: only $select is.`);
  const [select] = options;
  return { names: select?.[1].split(',').map((name) => name.trim().toLowerCase()) };
}

export function isProblem(value: object): value is RequestProblem {
  return 'status' in value;
}

function bad(message: string): RequestProblem {
  return { status: 400, code: 'BadRequest', message };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
