import type { Directory } from '../../domain/directory/directory.ts';
import type { Recipient } from '../../domain/directory/recipient.ts';
import type { ClientProtocol } from '../../domain/directory/recipient-settings.ts';
import { judge, type Verdict } from '../../kernel/verdict.ts';
import type { Caller } from './caller.ts';

/** What came of asking the caller's mailbox. */
export interface ProtocolGate {
  readonly isOpen: boolean;
  readonly verdict: Verdict;
}

/** Whether the mailbox of whoever signed in may be used by a protocol (`Set-CASMailbox`). Somebody without one is let through. */
export async function protocolGate({ recipient }: Caller, directory: Directory, protocol: ClientProtocol): Promise<ProtocolGate> {
  const owner = await directory.byGuid(recipient);
  return ownProtocolGate(owner, protocol);
}

/** The same of whoever's mailbox is known. */
export function ownProtocolGate(owner: Recipient | undefined, protocol: ClientProtocol): ProtocolGate {
  if (owner?.settings.closedProtocols?.includes(protocol) !== true) return openGate(protocol);
  const actual = `${protocol} is closed for ${owner.primaryAddress}`;
  return { isOpen: false, verdict: judge([{ check, outcome: 'failed', expected: protocol, actual }]) };
}

/** Nearly every request meets one. */
function openGate(protocol: ClientProtocol): ProtocolGate {
  const gate = openGates.get(protocol) ?? { isOpen: true, verdict: judge([{ check, outcome: 'passed', expected: protocol }]) };
  openGates.set(protocol, gate);
  return gate;
}

const openGates = new Map<ClientProtocol, ProtocolGate>();
const check = 'mailbox.protocol-enabled';
