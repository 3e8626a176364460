import { Agent, request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import { connectToLab, type LabListener } from '../../shared/net/lab-connection.ts';
import type { Connection } from '../../shared/service/connection.ts';
import type { RawRequest } from '../../shared/service/https-door.ts';
import { endField, type LinkFacts, linkField, sealLinkFacts } from '../../shared/service/link-facts.ts';
import { fields, relay, requestFields } from '../../shared/service/relay.ts';

export interface BackLinkOptions {
  /** The back doors that stand now behind which a service runs for an organisation; none when it runs nowhere. */
  readonly doors: (service: string, organization: string) => readonly LabListener[];
  /** What back doors know front ends by. */
  readonly linkKey: Buffer;
}

/** Without an octet; longer than the heartbeats of streaming notifications are apart. */
const idleMs = 330_000;

/** A connection of a client, continued to a service. */
interface Link {
  socket: Socket | undefined;
  /** Of requests that come one behind the other, unanswered, the first opens it for all. */
  opening: Promise<void> | undefined;
  readonly agent: Agent;
  isTold: boolean;
}

/**
 * The front end's connections to services in other processes: one for each connection of a client and service, so that what is proven on the
 * one (NTLM) holds for the other, and it ends with that one.
 */
export class BackLinks {
  readonly #options: BackLinkOptions;
  readonly #links = new WeakMap<Connection, Map<string, Link>>();
  #turn = 0;

  constructor(options: BackLinkOptions) {
    this.#options = options;
  }

  /** Whether a service runs in another process. */
  leadTo(service: string, organization: string): boolean {
    return this.#options.doors(service, organization).length > 0;
  }

  /** Passes a request on, unread, and its answer back. `failed` hears why there is none and has to answer. */
  async forward(
    raw: RawRequest,
    to: { readonly service: string; readonly organization: string },
    failed: (why: string) => void,
  ): Promise<void> {
    const { request, response, connection } = raw;
    const link = this.#link(raw, `${to.service} ${to.organization}`);
    if (link.socket?.writable !== true) {
      link.opening ??= this.#open(link, this.#order(raw, to));
      await link.opening;
    }
    const { socket } = link;
    if (response.destroyed) socket?.destroy();
    else if (socket === undefined) failed(`no process that runs ${to.service} takes a connection`);
    else {
      const headers = fields(requestFields(request)).filter(([name]) => name.toLowerCase() !== linkField);
      if (!link.isTold) headers.push([linkField, sealLinkFacts(this.#options.linkKey, factsOf(connection, to.organization))]);
      link.isTold = true;
      const upstream = sendRequest({ agent: link.agent, method: request.method, path: request.url, headers: headers.flat() });
      relay(
        raw,
        upstream,
        { idleMs },
        {
          answered({ headers: { [endField]: end } }) {
            if (end === undefined) return true;
            if (end === 'reset') connection.reset();
            else connection.drop();
            return false;
          },
          failed: (error) => failed(`the process that runs ${to.service} has ended the connection (${error.message})`),
        },
      );
    }
  }

  async #open(link: Link, doors: readonly LabListener[]): Promise<void> {
    link.socket = await connectToLab(doors).catch(() => undefined);
    link.isTold = false;
    link.opening = undefined;
  }

  #link({ connection, request }: RawRequest, name: string): Link {
    const links = this.#links.get(connection) ?? new Map<string, Link>();
    this.#links.set(connection, links);
    const known = links.get(name);
    if (known !== undefined) return known;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const link: Link = { agent, socket: undefined, opening: undefined, isTold: false };
    agent.createConnection = () => {
      if (link.socket === undefined) throw new Error('defect: a link without a connection was used');
      return link.socket;
    };
    request.socket.once('close', () => {
      agent.destroy();
      link.socket?.destroy();
    });
    links.set(name, link);
    return link;
  }

  /**
   * The doors to try, in their order: in turn as a rule. A client that sends a cookie of affinity comes to the same as long as they are the same
   * ones; so does one that moves mailboxes, by its address, because a session is known where it was opened only.
   */
  #order(
    { request, connection }: RawRequest,
    { service, organization }: { service: string; organization: string },
  ): readonly LabListener[] {
    const doors = this.#options.doors(service, organization);
    const [, cookie] = affinity.exec(request.headers.cookie ?? '') ?? [];
    const sticky = cookie ?? (service === 'mrsproxy' ? connection.peer.slice(0, connection.peer.lastIndexOf(':')) : undefined);
    const start = sticky === undefined ? this.#turn++ : hashOf(sticky);
    return doors.map((_, index) => doors[(start + index) % doors.length] as LabListener);
  }
}

/** learn.microsoft.com "Maintain affinity between a group of subscriptions and the Mailbox server in Exchange". */
const affinity = /(?:^|;\s*)X-BackEndOverrideCookie=([^;]{1,512})/;

function hashOf(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) hash = (hash * 31 + text.charCodeAt(index)) >>> 0;
  return hash;
}

function factsOf({ peer, serverName, ordinal, local, tls }: Connection, organization: string): LinkFacts {
  return {
    ...{ organization, peer, serverName, ordinal, local },
    certificateHash: tls?.certificateHash.toString('hex') ?? null,
    clientCertificate: tls?.clientCertificate?.raw.toString('base64') ?? null,
  };
}
