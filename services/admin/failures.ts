import type { FastifyError, FastifyReply } from 'fastify';
import { Refusal } from '../../shared/kernel/refusal.ts';
import { DatabaseAway } from '../../shared/store/database-away.ts';

/** One thing that is wrong with what was sent. */
export interface ProblemDetail {
  /** `query.since`, `body.by`. */
  readonly path: string;
  readonly message: string;
}

/** An answer other than success, as RFC 9457 tells it. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly errors: readonly ProblemDetail[];

  constructor(status: number, title: string, detail: string, errors: readonly ProblemDetail[] = []) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.title = title;
    this.errors = errors;
  }
}

/** What a thrown value becomes; undefined for a defect, of which the caller is told nothing. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof Refusal) return new Problem(422, error.code, error.detail ?? error.code);
  if (error instanceof DatabaseAway) return new Problem(503, 'Unavailable', 'The database cannot be reached. Try again later.');
  const { statusCode, message } = error as Partial<FastifyError>;
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new Problem(statusCode, 'Bad request', message ?? 'The request cannot be read.');
  return undefined;
}

/** Throws a {@link Problem} while the lab is not all there. */
export function requireReady({ pending }: { readonly pending: () => readonly string[] }): void {
  if (pending().length > 0) throw new Problem(409, 'Not ready', 'The lab is starting or ending.');
}

/** Sends a problem; nothing of the server's inside is in it. */
export function sendProblem(reply: FastifyReply, { status, title, message, errors }: Problem): FastifyReply {
  const body = { type: 'about:blank', title, status, detail: message, ...(errors.length === 0 ? {} : { errors }) };
  return reply.code(status).type('application/problem+json').send(JSON.stringify(body));
}
