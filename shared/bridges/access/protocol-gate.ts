import type { Directory } from '../../domain/directory/directory.ts';
import type { ClientProtocol } from '../../domain/directory/recipient-settings.ts';
import { type Check, judge, type Verdict } from '../../kernel/verdict.ts';
import type { Caller } from './caller.ts';

/** What came of asking the caller's mailbox. */
export interface ProtocolGate {
  readonly isOpen: boolean;
  readonly verdict: Verdict;
}

/** Whether the mailbox of whoever signed in may be used by a protocol (`Set-CASMailbox`). Somebody without one is let through. */
export async function protocolGate({ recipient }: Caller, directory: Directory, protocol: ClientProtocol): Promise<ProtocolGate> {
  const owner = await directory.byGuid(recipient);
  const isOpen = owner?.settings.closedProtocols?.includes(protocol) !== true;
  const check: Check = { check: 'mailbox.protocol-enabled', outcome: isOpen ? 'passed' : 'failed', expected: protocol };
  return { isOpen, verdict: judge([isOpen ? check : { ...check, actual: `${protocol} is closed for ${owner?.primaryAddress}` }]) };
}
