import type { ShownValue } from '../../shared/cmdlets/cmdlet.ts';
import type { View } from '../../shared/cmdlets/pipeline/plan.ts';
import type { EndpointsDocument } from '../../shared/service/endpoints-document.ts';
import { UsageError } from '../config.ts';
import type { AdminClient } from './admin-client.ts';
import { CliFailure, exitCodes } from './failures.ts';
import { formatList, shownText } from './format-list.ts';
import { formatTable } from './format-table.ts';

/** What the control port answers to a cmdlet line. Moments are texts. */
export interface CmdletAnswer {
  readonly objects: readonly Readonly<Record<string, ShownValue>>[];
  readonly view?: View;
  readonly assigned?: Readonly<Record<string, ShownValue>>;
  readonly warnings: readonly string[];
  readonly messages: readonly string[];
}

/** A line, whose shell it is for, and what its variables hold. */
export interface CmdletRequest {
  readonly line: string;
  readonly organization: string;
  readonly as?: string;
  readonly variables?: Readonly<Record<string, ShownValue>>;
}

/** A cmdlet that the shell refuses has failed; the command line as such was well. */
export async function sendLine(client: AdminClient, request: CmdletRequest): Promise<CmdletAnswer> {
  try {
    return await client.send<CmdletAnswer>('POST', '/_coexist/v1/cmdlets', request);
  } catch (error) {
    if (error instanceof CliFailure && error.exitCode === exitCodes.usage) throw new CliFailure(exitCodes.failure, error.message);
    throw error;
  }
}

/** As the line's last command wants it; without one, as Format-List does. */
export function shownAnswer({ objects, view }: CmdletAnswer): string {
  if (view?.as === 'values') return objects.flatMap((object) => Object.values(object).map((value) => `${shownText(value)}\n`)).join('');
  return view?.as === 'table' ? formatTable(objects, view.properties) : formatList(objects, view?.properties);
}

/** The organisation of a world that has one only; else `--org` must say which. */
export async function onlyOrganization(client: AdminClient): Promise<string> {
  const names = Object.keys((await client.get<EndpointsDocument>('/_coexist/endpoints')).organizations);
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw new UsageError(`say with --org whose shell is meant: ${names.join(', ')}`);
}
