import { STATUS_CODES } from 'node:http';
import type { GraphDoor } from '../../../shared/bridges/hybrid/graph-door.ts';
import type { Way } from '../../../shared/bridges/hybrid/way.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { GraphResult } from '../../../shared/protocols/graph/client.ts';
import { refusalFailure } from './call-failure.ts';
import type { Askee, Errand, GraphErrand } from './errand.ts';
import { type MailboxFailure, proxyFailed, withRequest } from './failure.ts';

/** Takes an errand to Microsoft Graph: one request for all, answers in their order. Never refuses. */
export async function askOverGraph<Who extends Askee, Answer>(
  { graph, way }: { readonly graph: GraphDoor; readonly way: Way },
  those: readonly Who[],
  errand: Pick<Errand<Who, unknown, unknown, Answer>, 'failed' | 'parameters'>,
  form: GraphErrand<Who, Answer>,
): Promise<readonly Answer[]> {
  const path = form.pathFor(those);
  const url = `${graph.baseUrl}${path}`;
  const failAll = (failure: MailboxFailure): readonly Answer[] =>
    those.map((who) => errand.failed(withRequest(failure, url, who, errand.parameters(), 'RestProxyWebRequest'), who));
  let result: GraphResult;
  try {
    result = await graph.post(path, form.bodyFor(those));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return failAll(refusalFailure(error, url, way));
  }
  if (result.is === 'http') return failAll(proxyFailed(httpText(result), url));
  const answers = form.answersIn(result.json, those, url);
  if (answers?.length === those.length) return answers;
  return failAll(proxyFailed(`${answers?.length ?? 0} schedules for ${those.length} mailboxes`, url));
}

/** As .NET tells a status (an answer of Exchange Online in exchangelib's issue 1060; support.microsoft.com 5127092 has 403). */
function httpText({ status }: Extract<GraphResult, { is: 'http' }>): string {
  return `System.Net.WebException: The remote server returned an error: (${status}) ${STATUS_CODES[status] ?? ''}.`;
}
