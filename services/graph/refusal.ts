/** A refusal as Graph tells it: a status, its own code and a sentence (learn.microsoft.com/graph/errors). */
export class GraphRefusal extends Error {
  override readonly name = 'GraphRefusal';
  readonly status: number;
  readonly code: string;
  readonly detail: string;

  constructor(status: number, code: string, message: string, detail = message) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

export function invalidToken(message: string, detail?: string): GraphRefusal {
  return new GraphRefusal(401, 'InvalidAuthenticationToken', message, detail);
}

/** Observed in answers of Graph about mailboxes to applications without the permission. */
export function accessDenied(detail: string): GraphRefusal {
  return new GraphRefusal(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.', detail);
}
