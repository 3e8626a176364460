import { ad404 } from './ad-404.ts';
import { adWrongDns } from './ad-wrong-dns.ts';
import { appUriWrong } from './app-uri-wrong.ts';
import { audience } from './audience.ts';
import { authCertExpired } from './auth-cert-expired.ts';
import { authCertMissing } from './auth-cert-missing.ts';
import { authCertUnpublished } from './auth-cert-unpublished.ts';
import { calendarPermissionNone } from './calendar-permission-none.ts';
import { certChain } from './cert-chain.ts';
import { certNameMismatch } from './cert-name-mismatch.ts';
import { clientProxy } from './client-proxy-0x800710dd.ts';
import { clockSkew } from './clock-skew.ts';
import { dnsMissing } from './dns-missing.ts';
import { duplicateProxyAddress } from './duplicate-proxy-address.ts';
import { effWssecOff } from './eff-wssec-off.ts';
import { ewsDisabled } from './ews-disabled.ts';
import { ewsExturlMissing } from './ews-exturl-missing.ts';
import { extendedProtectionBridge } from './extended-protection-bridge.ts';
import { fedCertExpired } from './fed-cert-expired.ts';
import { fedCertMissing } from './fed-cert-missing.ts';
import { fedMetadataStale } from './fed-metadata-stale.ts';
import { fedNextCertMissing } from './fed-next-cert-missing.ts';
import { federationOff } from './federation-off.ts';
import { floodMitigation } from './flood-mitigation.ts';
import { fwBlockIn } from './fw-block-in.ts';
import { fwRst } from './fw-rst.ts';
import { gateway } from './gateway.ts';
import { graphPermMissing } from './graph-perm-missing.ts';
import { htmlInsteadOfXml } from './html-instead-of-xml.ts';
import { iocDisabled } from './ioc-disabled.ts';
import { iocMissing } from './ioc-missing.ts';
import { iocOauthRefused } from './ioc-oauth-refused.ts';
import { issuerNotTrusted } from './issuer-not-trusted.ts';
import { linkedAccount } from './linked-account.ts';
import { mailboxHidden } from './mailbox-hidden.ts';
import { meshThirdOrg } from './mesh-third-org.ts';
import type { Misconfiguration } from './misconfiguration.ts';
import { moveBadItems } from './move-bad-items.ts';
import { moveDuplicate } from './move-duplicate.ts';
import { mrsAccessDenied } from './mrs-access-denied.ts';
import { mrsDisabled } from './mrs-disabled.ts';
import { mrsTimeout } from './mrs-timeout.ts';
import { mxWrong } from './mx-wrong.ts';
import { noConnector } from './no-connector.ts';
import { oldCertificates } from './old-certificates-published.ts';
import { orgrelDomainMissing } from './orgrel-domain-missing.ts';
import { orgrelFbDisabled } from './orgrel-fb-disabled.ts';
import { orgrelFbScope } from './orgrel-fb-scope.ts';
import { orgrelMailtipsDisabled } from './orgrel-mailtips-disabled.ts';
import { preauthProxy } from './preauth-proxy.ts';
import { recipNotfound } from './recip-notfound.ts';
import { scpFirst } from './scp-first.ts';
import { scpNetbios } from './scp-netbios.ts';
import { serverHidden } from './server-hidden.ts';
import { sharedSpBlocked } from './shared-sp-blocked.ts';
import { smtpNameMismatch } from './smtp-name-mismatch.ts';
import { smtpRelay } from './smtp-relay.ts';
import { smtpTlsCertName } from './smtp-tls-cert-name.ts';
import { smtpUntrustedRoot } from './smtp-untrusted-root.ts';
import { spnMissing } from './spn-missing.ts';
import { stsUnreachable } from './sts-unreachable.ts';
import { stsUserAuth } from './sts-user-auth.ts';
import { svcHandlerMissing } from './svc-handler-missing.ts';
import { targetAutodiscoverEprWrong } from './target-autodiscover-epr-wrong.ts';
import { targetSharingEprWrong } from './target-sharing-epr-wrong.ts';
import { tenantUnknown } from './tenant-unknown.ts';
import { timeout } from './timeout.ts';
import { tls } from './tls.ts';
import { tls12Off } from './tls12-off.ts';
import { tokenSignature } from './token-signature.ts';
import { tooManyEntries } from './too-many-entries.ts';
import { userAmbiguous } from './user-ambiguous.ts';
import { userMissing } from './user-missing.ts';
import { userUnknown } from './user-unknown.ts';
import { workingHoursBad } from './working-hours-bad.ts';
import { x500Missing } from './x500-missing.ts';

/** Every misconfiguration, as support engineers come upon them: endpoints and trust first, then people, mailbox moves and mail. */
export const misconfigurations: readonly Misconfiguration[] = [
  effWssecOff,
  iocOauthRefused,
  fedMetadataStale,
  tokenSignature,
  fedCertExpired,
  fedCertMissing,
  fedNextCertMissing,
  clockSkew,
  fwBlockIn,
  fwRst,
  preauthProxy,
  extendedProtectionBridge,
  floodMitigation,
  svcHandlerMissing,
  ad404,
  htmlInsteadOfXml,
  gateway,
  timeout,
  mrsTimeout,
  stsUnreachable,
  audience,
  certChain,
  certNameMismatch,
  tls,
  targetSharingEprWrong,
  targetAutodiscoverEprWrong,
  adWrongDns,
  dnsMissing,
  mxWrong,
  ewsExturlMissing,
  scpFirst,
  scpNetbios,
  orgrelDomainMissing,
  orgrelFbDisabled,
  orgrelFbScope,
  orgrelMailtipsDisabled,
  appUriWrong,
  federationOff,
  meshThirdOrg,
  iocDisabled,
  iocMissing,
  userAmbiguous,
  userMissing,
  duplicateProxyAddress,
  authCertMissing,
  authCertExpired,
  authCertUnpublished,
  issuerNotTrusted,
  spnMissing,
  linkedAccount,
  sharedSpBlocked,
  ewsDisabled,
  graphPermMissing,
  tls12Off,
  mrsDisabled,
  mrsAccessDenied,
  moveDuplicate,
  moveBadItems,
  tenantUnknown,
  userUnknown,
  clientProxy,
  oldCertificates,
  calendarPermissionNone,
  tooManyEntries,
  workingHoursBad,
  stsUserAuth,
  smtpTlsCertName,
  smtpUntrustedRoot,
  smtpNameMismatch,
  smtpRelay,
  recipNotfound,
  x500Missing,
  noConnector,
  mailboxHidden,
  serverHidden,
];
