import { afterAll, beforeAll, expect, test } from 'vitest';
import { activateSigningKey, publishSigningKey, retireSigningKey, stageSigningKey } from '../../../shared/domain/trust/rollover.ts';
import { readJwt } from '../../../shared/protocols/oauth/jwt.ts';
import {
  byPassword,
  labTime,
  openTokenLab,
  publicClient,
  refusalOf,
  type TokenLab,
  type TokenReply,
  thumbprints,
  web,
  webSecret,
} from './token-lab.ts';

let lab: TokenLab;
beforeAll(async () => {
  lab = await openTokenLab();
});
afterAll(() => lab.close());

function signerOf({ body }: TokenReply): unknown {
  const jwt = readJwt(String(body['access_token']));
  return 'problem' in jwt ? jwt.problem : jwt.header['kid'];
}

test('the new key signs once it is active; what the old one has given counts as long as it is known', async () => {
  const { certificate, privateKey } = lab.stranger;
  const next = thumbprints(certificate).x5t;
  const before = await lab.v2(byPassword(lab, { scope: `api://${web}/access_as_user offline_access` }));
  const old = String(signerOf(before));
  const onBehalf = () =>
    lab.v2({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      requested_token_use: 'on_behalf_of',
      client_id: web,
      client_secret: webSecret,
      assertion: String(before.body['access_token']),
      scope: 'https://outlook.office365.com/.default',
    });
  await lab.store.transaction((tx) => stageSigningKey(tx, { x5t: next, certificate, privateKey }, labTime));
  await lab.store.transaction((tx) => publishSigningKey(tx, next, labTime));
  expect(signerOf(await lab.v2(byPassword(lab)))).toBe(old);
  await lab.store.transaction((tx) => activateSigningKey(tx, next, labTime));
  expect(signerOf(await lab.v2(byPassword(lab)))).toBe(next);
  expect(await onBehalf()).toMatchObject({ status: 200 });
  await lab.store.transaction((tx) => retireSigningKey(tx, old, labTime));
  expect(await refusalOf(lab, await onBehalf())).toEqual({ status: 400, error: 'invalid_grant', codes: [50013], check: 'assertion.key' });
  // A refresh token is between the client and the service alone: a rollover does not end it.
  const refreshed = await lab.v2({
    grant_type: 'refresh_token',
    client_id: publicClient,
    refresh_token: String(before.body['refresh_token']),
  });
  expect(signerOf(refreshed)).toBe(next);
});
