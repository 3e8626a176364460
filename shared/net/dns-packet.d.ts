declare module 'dns-packet' {
  /** A question as the package reads and writes it; it carries no types of its own. */
  export interface Question {
    readonly name: string;
    readonly type: string;
    readonly class?: string;
  }

  export interface Packet {
    readonly id: number;
    readonly type: 'query' | 'response';
    /** Without the bit that tells a response. */
    readonly flags: number;
    readonly questions: readonly Question[];
    readonly answers?: readonly object[];
    readonly authorities?: readonly object[];
    readonly additionals?: readonly { readonly type?: string; readonly [property: string]: unknown }[];
  }

  const packet: {
    readonly decode: { (octets: Uint8Array): Packet; readonly bytes: number };
    encode(packet: Packet): Buffer;
  };
  export default packet;
}
