import { afterAll, beforeAll, expect, test } from 'vitest';
import { activateSigningKey, publishSigningKey, stageSigningKey } from '../../../shared/domain/trust/rollover.ts';
import { signingKeys } from '../../../shared/domain/trust/signing-keys.ts';
import { authorityScope } from '../../../shared/domain/trust/well-known.ts';
import { thumbprints } from '../../../shared/protocols/oauth/jwt.ts';
import { readFederationMetadata } from '../../../shared/protocols/wstrust/federation-metadata.ts';
import { callRaw } from '../../support/raw-http.ts';
import { openTestLab, type TestLab } from '../../support/test-lab.ts';
import { federationCertificate, start } from './manage-delegation-lab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const path = '/FederationMetadata/2006-12/FederationMetadata.xml';
const get = async (host: string) => {
  const answer = await lab.https(`https://${host}${path}`);
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml; charset=utf-8']);
  return readFederationMetadata(answer.body);
};

test('each instance tells of itself under its own name, in the spelling that was asked', async () => {
  const [key] = await signingKeys.list(lab.store.read, authorityScope);
  expect(await get('nexus.microsoftonline-p.test')).toEqual({
    issuerUri: 'urn:federation:MicrosoftOnline',
    tokenIssuerEpr: 'https://login.microsoftonline.test/extSTS.srf',
    webRequestorRedirectEpr: 'https://login.microsoftonline.test/login.srf',
    signingCertificate: key?.value.certificate,
    previousCertificate: undefined,
  });
  expect(await get('nexus.microsoftonline-p.com')).toMatchObject({ tokenIssuerEpr: 'https://login.microsoftonline.com/extSTS.srf' });
  expect(await get('nexus.passport.test')).toMatchObject({
    issuerUri: 'uri:WindowsLiveID',
    tokenIssuerEpr: 'https://login.live.test/extSTS.srf',
  });
});

test('a rollover: the next key is told beside the current one, then in its place', async () => {
  const { signingCertificate: before } = await get('nexus.microsoftonline-p.test');
  const { certificate, privateKey } = await federationCertificate(3);
  const { x5t } = thumbprints(certificate);
  await lab.store.transaction((tx) => stageSigningKey(tx, { x5t, certificate, privateKey }, start));
  expect(await get('nexus.microsoftonline-p.test')).toMatchObject({ signingCertificate: before, previousCertificate: undefined });
  await lab.store.transaction((tx) => publishSigningKey(tx, x5t, start));
  expect(await get('nexus.microsoftonline-p.test')).toMatchObject({ signingCertificate: before, previousCertificate: certificate });
  await lab.store.transaction((tx) => activateSigningKey(tx, x5t, start));
  expect(await get('nexus.microsoftonline-p.test')).toMatchObject({ signingCertificate: certificate, previousCertificate: before });
});

test('only GET and HEAD are taken, and no host that is strange breaks it', async () => {
  const posted = await lab.https(`https://nexus.microsoftonline-p.test${path}`, { method: 'POST', body: 'x' });
  expect([posted.status, posted.headers['allow']]).toEqual([405, 'GET']);
  expect((await lab.https(`https://nexus.microsoftonline-p.test${path}`, { method: 'HEAD' })).status).toBe(200);
  const port = Number(lab.endpoints.hosts['nexus.passport.test']?.split(':').at(-1));
  const strange = await callRaw({ port, path, host: '256.256.256.256', serverName: null, insecure: true });
  expect(readFederationMetadata(strange.body.toString())).toMatchObject({ tokenIssuerEpr: 'https://localhost/extSTS.srf' });
});
