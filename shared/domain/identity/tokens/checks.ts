/** Everything that is looked at while a token is judged, and the rule's source. The names are stable: tests and `coexist explain` match on them. */
export const tokenChecks = {
  'token.offered': 'MS-XOAUTH, the challenge',
  'token.header': 'RFC 6750 section 2.1',
  'token.readable': 'RFC 7515 section 5.2',
  'token.profile': 'MS-XOAUTH, kinds of token',
  'token.configuration': 'Get-AuthConfig',
  'token.actor': 'MS-XOAUTH, actor token',
  'token.audience': 'MS-SPS2SAUTH, claim aud',
  'token.audience-host': 'MS-SPS2SAUTH, claim aud',
  'token.issuer': 'Get-AuthServer',
  'token.algorithm': 'RFC 8725 section 3.1',
  'token.key': 'RFC 7515 section 4.1.7',
  'token.signature': 'RFC 7515 section 5.2',
  'token.lifetime': 'RFC 7519 sections 4.1.4, 4.1.5',
  'token.tenant': 'MS-SPS2SAUTH, realm',
  'token.application': 'Get-PartnerApplication',
  'token.application-realm': 'MS-SPS2SAUTH, claim nameid',
  'token.user-claims': 'MS-XOAUTH, claim nii',
  'token.user': 'MS-XOAUTH, claim nii',
  'token.account': 'Get-Recipient',
  'token.audience-realm': 'MS-SPS2SAUTH, realm',
  'token.outer-unsigned': 'MS-XOAUTH, outer token',
  'token.outer-issuer': 'MS-XOAUTH, outer token',
  'token.outer-realm': 'MS-XOAUTH, outer token',
  'token.outer-lifetime': 'RFC 7519 sections 4.1.4, 4.1.5',
  'token.user-context': 'MS-XOAUTH, outer token',
  'token.linked-account': 'Get-PartnerApplication',
  'token.scope': 'learn.microsoft.com, Authenticate an EWS application by using OAuth',
  'token.role': 'learn.microsoft.com, Authenticate an EWS application by using OAuth',
  'token.replay': 'RFC 6750 section 5.2',
} as const satisfies Readonly<Record<string, string>>;
export type TokenCheck = keyof typeof tokenChecks;

/** The kinds of token that open a mailbox. */
export type TokenKind = 's2s-act-as' | 's2s-app' | 'user' | 'app';

/** What is looked at before the kind is known. */
export const firstChecks: readonly TokenCheck[] = ['token.offered', 'token.header', 'token.readable', 'token.profile'];

/** Who issued it and for whom, and that it did: of the token itself or of the actor token inside. */
const proof: readonly TokenCheck[] = ['token.issuer', 'token.algorithm', 'token.key', 'token.signature', 'token.lifetime', 'token.tenant'];
const actorProof: readonly TokenCheck[] = [
  'token.audience',
  'token.audience-host',
  ...proof,
  'token.application',
  'token.application-realm',
];
const accessProof: readonly TokenCheck[] = ['token.audience', ...proof, 'token.application'];
const user: readonly TokenCheck[] = ['token.user-claims', 'token.user', 'token.account'];

/** The order in which a token of each kind is judged after that: that of Exchange 2013 (interoperability; not published). */
export const checkOrder: Readonly<Record<TokenKind, readonly TokenCheck[]>> = {
  's2s-act-as': [
    'token.configuration',
    'token.actor',
    ...actorProof,
    ...user,
    'token.audience-realm',
    'token.outer-unsigned',
    'token.outer-issuer',
    'token.outer-realm',
    'token.outer-lifetime',
    'token.user-context',
    'token.replay',
  ],
  's2s-app': ['token.configuration', ...actorProof, 'token.audience-realm', 'token.linked-account', 'token.replay'],
  user: ['token.configuration', ...accessProof, ...user, 'token.scope', 'token.replay'],
  app: ['token.configuration', ...accessProof, 'token.role', 'token.replay'],
};
