/** Types of resource record that exist here (RFC 1035, 2782, 3596). */
export const recordTypes = ['A', 'AAAA', 'CNAME', 'MX', 'SOA', 'SRV', 'TXT'] as const;
export type RecordType = (typeof recordTypes)[number];

/** What a record says, by its type. Names are in lower case and without the final dot. */
export type RecordData =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'CNAME'; readonly target: string }
  | { readonly type: 'MX'; readonly exchange: string; readonly preference: number }
  | { readonly type: 'SRV'; readonly target: string; readonly priority: number; readonly weight: number; readonly port: number }
  | { readonly type: 'TXT'; readonly text: string }
  | SoaData;

/** `minimumSeconds`: for how long a negative answer holds (RFC 2308). */
export interface SoaData {
  readonly type: 'SOA';
  readonly primary: string;
  readonly responsible: string;
  readonly serial: number;
  readonly minimumSeconds: number;
}

/** A resource record of class IN; `ttlSeconds` of world time. */
export type ResourceRecord = { readonly name: string; readonly ttlSeconds: number } & RecordData;

/** What is known of a name. `SERVFAIL`: its aliases lead nowhere. */
export interface NameAnswer {
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL';
  /** The aliases on the way first; none with `NOERROR`: the name exists, but has no record of that type. */
  readonly answers: readonly ResourceRecord[];
  /** The zone's SOA with every negative answer. */
  readonly authorities: readonly ResourceRecord[];
}
