import type { Instant } from '../../shared/kernel/clock.ts';
import type { Guid } from '../../shared/kernel/ids.ts';
import type { MailboxWanted } from './context.ts';
import { Session } from './session.ts';

/** More sessions than this a server refuses (netrm:ConnectionLimitReached). */
const mostSessions = 1_000;

/** What one server of an organisation keeps in its memory: another one knows nothing of it. */
export class ServerNode {
  /** Full name. */
  readonly name: string;
  readonly #sessions = new Map<string, Session>();
  readonly #byOffer = new Map<string, Session>();

  constructor(name: string) {
    this.name = name;
  }

  /**
   * A session for an offer: the same one when the same caller offers the same again, for its answer was lost. Undefined: there are
   * too many.
   */
  async open(offered: string, caller: Guid, identifier: () => string, at: Instant): Promise<Session | undefined> {
    await this.sweep(at);
    const known = this.#byOffer.get(offered);
    if (known?.caller === caller) return known;
    if (known !== undefined || this.#sessions.size >= mostSessions) return undefined;
    const session = new Session(identifier(), offered, caller, at);
    this.#sessions.set(session.identifier, session);
    this.#byOffer.set(offered, session);
    return session;
  }

  /** The caller's own session of that name; those of others are unknown to him. */
  async find(identifier: string, caller: Guid, at: Instant): Promise<Session | undefined> {
    await this.sweep(at);
    const found = this.#sessions.get(identifier);
    return found?.caller === caller ? found : undefined;
  }

  async byOffer(offered: string, caller: Guid, at: Instant): Promise<Session | undefined> {
    await this.sweep(at);
    const found = this.#byOffer.get(offered);
    return found?.caller === caller ? found : undefined;
  }

  /**
   * A later session of a move takes a mailbox over: the earlier ones, whose connection was lost, have it no more, and what they
   * were doing with it is done. Only the later waits for the earlier, never the other way round.
   */
  async takeOver(by: Session, wanted: MailboxWanted): Promise<void> {
    for (const session of [...this.#sessions.values()]) {
      if (session === by) return;
      if (await session.handles.abandon(wanted)) await session.settled();
    }
  }

  async end(session: Session): Promise<void> {
    this.#sessions.delete(session.identifier);
    this.#byOffer.delete(session.offered);
    await session.end();
  }

  /** Mailboxes that sessions have configured: the connections that MRSProxyMaxConnections counts. */
  get connections(): number {
    return [...this.#sessions.values()].reduce((sum, { handles }) => sum + handles.mailboxes, 0);
  }

  /** Ends the sessions whose other side has been silent for too long. */
  async sweep(at: Instant): Promise<void> {
    for (const session of this.#sessions.values()) if (session.isOver(at)) await this.end(session);
  }

  async endAll(): Promise<void> {
    for (const session of [...this.#sessions.values()]) await this.end(session);
  }
}

/** The servers of all organisations, as far as this process plays them. */
export class ServerNodes {
  readonly #nodes = new Map<string, ServerNode>();

  /** @param name full name of the server */
  of(organization: string, name: string): ServerNode {
    const key = `${organization}/${name.toLowerCase()}`;
    const found = this.#nodes.get(key) ?? new ServerNode(name);
    this.#nodes.set(key, found);
    return found;
  }

  async endAll(): Promise<void> {
    for (const node of this.#nodes.values()) await node.endAll();
  }
}
