declare module 'autocannon' {
  interface Options {
    readonly url: string;
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    /** Worker threads of the client. */
    readonly workers: number;
    readonly method: 'GET' | 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    /** Sent in turn by each connection, in place of `body`. */
    readonly requests?: readonly { readonly body: string }[];
  }

  interface Result {
    /** Seconds. */
    readonly duration: number;
    readonly requests: { readonly total: number };
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
  }

  export default function autocannon(options: Options): Promise<Result>;
}
