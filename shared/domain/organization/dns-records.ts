import type { RecordData, RecordType } from '../../kernel/resource-record.ts';
import { configKind } from './config-kind.ts';

/** Types that an administrator may write. */
export type WritableType = Exclude<RecordType, 'SOA'>;
export type WritableData = Exclude<RecordData, { readonly type: 'SOA' }>;

/**
 * What administrators have made of one name and type. `records` stand in place of those that the world has there by
 * itself; an empty list takes these away.
 */
export interface DnsRecordSet {
  /** The zone under which it was written: `contoso.test`. */
  readonly zone: string;
  /** Whole, in lower case: `autodiscover.contoso.test`. */
  readonly name: string;
  readonly type: WritableType;
  readonly records: readonly { readonly ttlSeconds: number; readonly data: WritableData }[];
}

/** Record sets of administrators; they belong to the world (scope `''`), named by {@link recordSetName}. */
export const dnsRecordSets = configKind<DnsRecordSet>('DnsRecord');

export function recordSetName({ name, type }: Pick<DnsRecordSet, 'name' | 'type'>): string {
  return `${name} ${type}`;
}

/** Whether a text can be the name of a host or of a record: labels of 1 to 63 octets, 253 in all (RFC 1035, 2.3.4). */
export function isDnsName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label));
}

/** Whether two records say the same. */
export function sameData(left: RecordData, right: RecordData): boolean {
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

/** An address in its usual form, or undefined when the text is none of that family. */
export function addressOf(type: 'A' | 'AAAA', text: string): string | undefined {
  if (type === 'A') return /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text) ? text : undefined;
  const url = `http://[${text}]`;
  return /^[0-9a-f:.]{2,45}$/i.test(text) && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined;
}

function sorted(data: RecordData): unknown {
  return Object.entries(data).toSorted(([left], [right]) => (left < right ? -1 : 1));
}
