import { STATUS_CODES } from 'node:http';

/** A status with the words that go with it: `404 Not Found`; the number alone where there are none. */
export function statusWithReason(status: number): string {
  const reason = STATUS_CODES[status];
  return reason === undefined ? String(status) : `${status} ${reason}`;
}
