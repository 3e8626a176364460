import type { Discovered } from '../../../shared/bridges/hybrid/discover.ts';
import type { Way } from '../../../shared/bridges/hybrid/way.ts';
import { present } from '../../../shared/kernel/assert.ts';
import { Refusal } from '../../../shared/kernel/refusal.ts';
import type { CallResult } from '../../../shared/protocols/ews/client.ts';
import { callFailure, discoveryFailure, refusalFailure } from './call-failure.ts';
import type { Askee, Errand } from './errand.ts';
import { type MailboxFailure, proxyFailed, withRequest } from './failure.ts';
import { askOverGraph } from './over-graph.ts';

/** What is answered for one mailbox. */
interface Heard<Who, Answer> {
  readonly who: Who;
  readonly answer: Answer;
}

/** Takes an errand along a way: finds the address of each mailbox, then asks each address once. Never refuses. */
export async function askAlong<Who extends Askee, Request, Response, Answer>(
  way: Way,
  those: readonly Who[],
  errand: Errand<Who, Request, Response, Answer>,
): Promise<readonly Heard<Who, Answer>[]> {
  const { graph } = way;
  if (graph !== undefined && errand.overGraph !== undefined) {
    const answers = await askOverGraph({ graph, way }, those, errand, errand.overGraph);
    return those.flatMap((who, index) => answers.slice(index, index + 1).map((answer) => ({ who, answer })));
  }
  const { found, failed } = await locate(way, those, errand);
  const asked = await Promise.all([...found].map(([url, behind]) => askAt(way, url, behind, errand)));
  return [...failed, ...asked.flat()];
}

interface Located<Who, Answer> {
  /** By EWS address. */
  readonly found: ReadonlyMap<string, readonly Who[]>;
  readonly failed: readonly Heard<Who, Answer>[];
}

type Failing<Who extends Askee, Answer> = Pick<Errand<Who, unknown, unknown, Answer>, 'failed'>;

async function locate<Who extends Askee, Answer>(
  way: Way,
  those: readonly Who[],
  errand: Failing<Who, Answer>,
): Promise<Located<Who, Answer>> {
  const found = new Map<string, Who[]>();
  const failed: Heard<Who, Answer>[] = [];
  const told = await addressesOf(way, those);
  for (const [index, who] of those.entries()) {
    const url = present(told[index], `the address of ${who.address}`);
    if (typeof url === 'string') found.set(url, [...(found.get(url) ?? []), who]);
    else failed.push({ who, answer: errand.failed(discoveryFailure(url, who.address, way), who) });
  }
  return { found, failed };
}

async function addressesOf(way: Way, those: readonly Askee[]): Promise<readonly Discovered[]> {
  try {
    return await way.locate(those.map(({ address }) => address));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return those.map(() => error);
  }
}

async function askAt<Who extends Askee, Request, Response, Answer>(
  way: Way,
  url: string,
  those: readonly Who[],
  errand: Errand<Who, Request, Response, Answer>,
): Promise<readonly Heard<Who, Answer>[]> {
  const failAll = (failure: MailboxFailure): readonly Heard<Who, Answer>[] =>
    those.map((who) => ({ who, answer: errand.failed(withRequest(failure, url, who, errand.parameters()), who) }));
  let result: CallResult<Response>;
  try {
    result = await way.call(url, errand.contract, errand.requestFor(those));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return failAll(refusalFailure(error, url, way));
  }
  if (result.is !== 'answer') return failAll(callFailure(result, url));
  const answers = errand.answersIn(result.response, those, url);
  if (answers.length !== those.length) return failAll(proxyFailed(`${answers.length} answers for ${those.length} mailboxes`, url));
  return those.flatMap((who, index) => answers.slice(index, index + 1).map((answer) => ({ who, answer })));
}
