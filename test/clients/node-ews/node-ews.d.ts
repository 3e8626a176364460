declare module 'node-ews' {
  interface Config {
    readonly username: string;
    /** With the scheme. */
    readonly host: string;
    readonly auth?: 'basic' | 'bearer' | 'ntlm';
    readonly password?: string;
    readonly token?: string;
  }

  /** Starts from the description that the server gives, and builds its requests from it. */
  export default class NodeEws {
    constructor(config: Config, options?: object);
    run(operation: string, request: object): Promise<Readonly<Record<string, unknown>>>;
  }
}
