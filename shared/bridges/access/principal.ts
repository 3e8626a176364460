import type { Caller } from './caller.ts';

/** Who a request comes from, as its credentials say. Whom it may then act for is decided at the door of the service. */
export type Principal =
  | {
      readonly is: 'user';
      readonly caller: Caller;
      readonly by: 'Basic' | 'Digest' | 'NTLM' | 'Bearer' | 'Certificate';
      readonly application: TokenApplication | null;
    }
  /** An application on its own: there is no user in the token. `linkedAccount` is that of its partner application. */
  | { readonly is: 'application'; readonly application: TokenApplication; readonly linkedAccount: Caller | null };

/** The application that a token was given to. */
export interface TokenApplication {
  readonly appId: string;
  /** Application permissions: `full_access_as_app`. */
  readonly roles: readonly string[];
  /** Delegated permissions: `EWS.AccessAsUser.All`. */
  readonly scopes: readonly string[];
  /** `user` and `app`: issued by Entra; `s2s-...`: server to server, with a user asserted or without. */
  readonly token: 'user' | 'app' | 's2s-act-as' | 's2s-app';
}
