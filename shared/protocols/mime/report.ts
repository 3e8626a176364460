import type { Entity } from './entity.ts';
import { decodeTransfer } from './transfer.ts';

/** What a report says became of a message (RFC 3464, 2.3.3; RFC 8098, 3.2.6). */
export type ReportOutcome = 'failed' | 'delayed' | 'relayed' | 'expanded' | 'delivered' | 'displayed' | 'not-displayed';

const actions = ['failed', 'delayed', 'relayed', 'expanded', 'delivered'] as const;

/** What is looked at of a part for machines; a bound of ours. */
const mostOfStatus = 262_144;

/**
 * What a multipart/report is about; undefined for any other message, and for one whose part for machines says nothing that
 * is understood. Of several recipients the one whose news is worst stands for all (inferred).
 */
export function reportOutcome({ contentType, parts }: Entity): ReportOutcome | undefined {
  if (contentType.value !== 'multipart/report') return undefined;
  const status = parts.find(isForMachines);
  if (status === undefined) return undefined;
  const text = decodeTransfer(status.body.subarray(0, mostOfStatus), status.transferEncoding).toString('latin1');
  if (/^message\/(?:global-)?delivery-status$/.test(status.contentType.value)) {
    const said = new Set([...text.matchAll(/^action:[ \t]*([a-z]+)/gim)].map(([, action = '']) => action.toLowerCase()));
    return actions.find((action) => said.has(action));
  }
  const disposition = /^disposition:[^;\r\n]*;[ \t]*([a-z]+)/im.exec(text)?.[1]?.toLowerCase();
  if (disposition === undefined) return undefined;
  return disposition === 'displayed' ? 'displayed' : 'not-displayed';
}

/** Whether a part of a report is there for machines, and no attachment. */
export function isForMachines({ contentType }: Pick<Entity, 'contentType'>): boolean {
  return /^(?:message\/(?:global-)?(?:delivery-status|disposition-notification|headers)|text\/rfc822-headers)$/.test(contentType.value);
}
