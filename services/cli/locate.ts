import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { type ClientConfig, readClientConfig, UsageError } from '../config.ts';
import { type AdminClient, createAdminClient } from './admin-client.ts';
import type { CliContext } from './context.ts';
import { CliFailure, exitCodes } from './failures.ts';

/** Options that every command takes which talks to a running lab. */
export interface LabOptions {
  readonly adminUrl?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** A client of the lab that is meant: `--admin-url`, COEXIST_ADMIN_URL, else the one whose `endpoints.json` lies in the data folder. */
export function locateLab(context: CliContext, options: LabOptions): AdminClient {
  const config = readClientConfig(context.environment, context);
  const told = options.adminUrl ?? (options.dataDir === undefined ? config.adminUrl : null);
  if (told !== null) return createAdminClient(checkedUrl(told), config.adminToken);
  const file = endpointsFile(context, config, options);
  const endpoints = readEndpoints(file);
  if (endpoints === undefined)
    throw new CliFailure(exitCodes.failure, `no lab is running (no ${file}); start one with: coexist up --detach`);
  if (!isAlive(endpoints.pid))
    throw new CliFailure(exitCodes.failure, `no lab is running (the one of ${file}, process ${endpoints.pid}, has ended)`);
  return createAdminClient(checkedUrl(endpoints.adminUrl), config.adminToken ?? endpoints.adminToken);
}

/** Where the lab that is meant publishes its endpoints. */
export function endpointsFile(context: CliContext, config: ClientConfig, { dataDir }: LabOptions): string {
  return resolve(dataDir === undefined ? config.dataDir : resolve(context.workingDir, dataDir), 'endpoints.json');
}

/** Undefined when there is no such file; a file that is no `endpoints.json` is bad usage. */
export function readEndpoints(file: string): EndpointsDocument | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CliFailure(exitCodes.environment, `${file} cannot be read (${code})`);
  }
  try {
    const value = JSON.parse(text) as Partial<EndpointsDocument> | null;
    if (typeof value?.pid === 'number' && value.pid > 0 && typeof value.adminUrl === 'string') return value as EndpointsDocument;
  } catch {
    // Said below, in the same words as for JSON of another shape.
  }
  throw new UsageError(`${file} does not describe a lab`);
}

/** Whether a process of this id runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(pid);
}

/** Linux: it has ended, but nobody has asked how. In a container whose first process is no init that stays so. */
function isZombie(pid: number): boolean {
  try {
    // "4711 (node) Z ..." (proc(5)); the name may hold parentheses itself.
    return /\) Z [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '' || url.username !== '') {
    throw new UsageError(`${JSON.stringify(text)} is not the address of a control port, such as http://127.0.0.1:4460`);
  }
  return url.origin;
}
