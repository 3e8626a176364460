import { X509Certificate } from 'node:crypto';
import { authConfigs } from '../../shared/domain/trust/auth-config.ts';
import { type ExchangeCertificate, exchangeCertificates } from '../../shared/domain/trust/exchange-certificates.ts';
import { federationTrusts } from '../../shared/domain/trust/federation-trusts.ts';
import type { OutsideAct } from '../../shared/faults/misconfigurations/misconfiguration.ts';
import { topologyRefusal } from '../../shared/faults/topology.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { CertificateStore } from '../../shared/net/certificates.ts';
import { issueSelfSigned } from '../../shared/net/self-signed.ts';
import type { Store } from '../../shared/store/database.ts';
import type { KeyControl } from './key-control.ts';

export interface OutsideGround {
  readonly store: Store;
  readonly clock: Clock;
  readonly certificates: Pick<CertificateStore, 'authorityFor' | 'leafFor'>;
  keys(): Promise<KeyControl>;
}

const dayMs = 86_400_000;
const years = 5 * 365 * dayMs;

/** Does what no line of the shell does: somebody goes past Exchange, or Microsoft's services change. */
export async function actOutside(ground: OutsideGround, act: OutsideAct): Promise<void> {
  switch (act.outside) {
    case 'delete-certificate':
      return deleteCertificate(ground, act);
    case 'let-certificate-expire':
      return letExpire(ground, act);
    case 'import-company-certificate':
      return importFromCompany(ground, act);
    case 'roll-keys':
      return rollKeys(ground);
  }
}

type Named = { readonly of: string; readonly thumbprint: string };

async function deleteCertificate({ store, clock }: OutsideGround, { of, thumbprint }: Named): Promise<void> {
  await store.transaction(async (tx) => {
    const held = await exchangeCertificates.find(tx, of, thumbprint);
    if (held === undefined) throw noCertificate(of, thumbprint);
    await exchangeCertificates.remove(tx, held, clock.now(of));
  });
}

/** The same key and subject; its dates ended a day ago. Whatever names the certificate names the new one. */
async function letExpire({ store, clock }: OutsideGround, { of, thumbprint }: Named): Promise<void> {
  const at = clock.now(of);
  const held = await exchangeCertificates.find(store.read, of, thumbprint);
  if (held === undefined) throw noCertificate(of, thumbprint);
  const NotAfter = Math.floor((at - dayMs) / 1_000) * 1_000;
  const dates = { NotBefore: NotAfter - years, NotAfter };
  const { Subject: subject, privateKey } = held.value;
  const issued = await issueSelfSigned({ subject, privateKey, notBefore: dates.NotBefore, notAfter: dates.NotAfter });
  const renamed = <T extends object>(value: T): T =>
    JSON.parse(JSON.stringify(value).replaceAll(held.value.Thumbprint, issued.thumbprint)) as T;
  await store.transaction(async (tx) => {
    await exchangeCertificates.remove(tx, held, at);
    const value = { ...held.value, ...dates, Thumbprint: issued.thumbprint, certificate: issued.certificate };
    await exchangeCertificates.create(tx, of, issued.thumbprint, value, at);
    for (const trust of await federationTrusts.list(tx, of)) await federationTrusts.replace(tx, trust, renamed(trust.value), at);
    for (const config of await authConfigs.list(tx, of)) await authConfigs.replace(tx, config, renamed(config.value), at);
  });
}

async function importFromCompany(
  { store, clock, certificates }: OutsideGround,
  { of, host, friendlyName }: Extract<OutsideAct, { readonly host: string }>,
): Promise<void> {
  const issuer = await certificates.authorityFor({ commonName: 'Company', issuedBy: 'itself' });
  const { certPem, keyPem } = await certificates.leafFor([host], { issuer });
  const shown = new X509Certificate(certPem);
  const at = clock.now(of);
  const Thumbprint = shown.fingerprint.replaceAll(':', '');
  const names = { Thumbprint, Subject: `CN=${host}`, FriendlyName: friendlyName, NotBefore: at, NotAfter: at + 365 * dayMs };
  const value: ExchangeCertificate = { ...names, certificate: shown.raw.toString('base64'), privateKey: keyPem };
  await store.transaction((tx) => exchangeCertificates.create(tx, of, Thumbprint, value, at));
}

async function rollKeys(ground: OutsideGround): Promise<void> {
  const keys = await ground.keys();
  const before = await keys.list();
  const { x5t } = await keys.stage();
  await keys.move('publish', x5t);
  await keys.move('activate', x5t);
  for (const old of before) if (old.state === 'active') await keys.move('retire', old.x5t);
}

function noCertificate(of: string, thumbprint: string): Error {
  return topologyRefusal('StepRefused', `${of} has no certificate ${thumbprint}`);
}
