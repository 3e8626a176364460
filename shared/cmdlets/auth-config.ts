import type { Stored } from '../domain/organization/config-kind.ts';
import type { Organization } from '../domain/organization/organization.ts';
import type { Transaction } from '../domain/organization/transaction.ts';
import {
  type AuthConfig,
  authConfigAt,
  authConfigName,
  authConfigs,
  publishNextCertificate,
  replaceCurrentCertificate,
} from '../domain/trust/auth-config.ts';
import { exchangeCertificates } from '../domain/trust/exchange-certificates.ts';
import type { Instant } from '../kernel/clock.ts';
import { type Cmdlet, type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { certificateNotFound, thumbprintGiven } from './exchange-certificate.ts';
import { numberGiven, plainGiven, requireOneSet } from './given.ts';

const kinds: Cmdlet['kinds'] = ['on-premises'];
const dayMs = 86_400_000;
const parameterSets = [
  ['CertificateThumbprint'],
  ['PublishCertificate', 'ClearPreviousCertificate'],
  ['NewCertificateThumbprint', 'NewCertificateEffectiveDate'],
  ['Realm', 'ServiceName'],
];

/** `Get-AuthConfig`, `Set-AuthConfig -NewCertificateThumbprint <t> -NewCertificateEffectiveDate <date>`: who the organisation is as an issuer. */
export const authConfig: { readonly get: Cmdlet; readonly set: Cmdlet } = {
  get: {
    kinds,
    parameters: {},
    required: [],
    async run({ organization, transaction, at }) {
      const { value } = await transaction((tx) => findConfig(tx, organization));
      const { NextCertificateEffectiveDate: due, ...shown } = authConfigAt(value, at);
      return [
        { ...shown, NextCertificateEffectiveDate: due === null ? null : new Date(due), Name: authConfigName, Identity: authConfigName },
      ];
    },
  },
  set: {
    kinds,
    parameters: {
      CertificateThumbprint: 'text',
      NewCertificateThumbprint: 'text',
      NewCertificateEffectiveDate: 'date',
      PublishCertificate: 'switch',
      ClearPreviousCertificate: 'switch',
      Realm: 'nullable text',
      ServiceName: 'text',
      Force: 'switch',
    },
    required: [],
    async run({ organization, transaction, at }, given) {
      requireOneSet(given, parameterSets);
      await transaction(async (tx) => {
        const stored = await findConfig(tx, organization);
        const changed = changedConfig(authConfigAt(stored.value, at), given, at);
        for (const name of ['CertificateThumbprint', 'NewCertificateThumbprint']) {
          const thumbprint = thumbprintGiven(given, name);
          const found = thumbprint === undefined || (await exchangeCertificates.find(tx, organization.name, thumbprint)) !== undefined;
          if (!found) throw certificateNotFound(organization, thumbprint);
        }
        await authConfigs.replace(tx, stored, changed, at);
      });
      return [];
    },
  },
};

function changedConfig(config: AuthConfig, given: CmdletParameters, at: Instant): AuthConfig {
  const current = thumbprintGiven(given, 'CertificateThumbprint');
  if (current !== undefined) return replaceCurrentCertificate(config, current);
  if (given['NewCertificateThumbprint'] !== undefined || given['NewCertificateEffectiveDate'] !== undefined)
    return staged(config, given, at);
  const isPublished = given['PublishCertificate'] === true;
  if (isPublished && config.NextCertificateThumbprint === '') {
    throw cmdletRefusal('operation-failed', 'There is no next certificate to publish: name one with -NewCertificateThumbprint.');
  }
  const published = isPublished ? publishNextCertificate(config) : config;
  const cleared = given['ClearPreviousCertificate'] === true ? { ...published, PreviousCertificateThumbprint: '' } : published;
  return { ...cleared, ...plainGiven<AuthConfig>(given, { Realm: 'nullable text', ServiceName: 'text' }) };
}

/** A date that is near is a prompt in life ("continue?"), which -Force answers. The text of a past date is published, the other ours. */
function staged(config: AuthConfig, given: CmdletParameters, at: Instant): AuthConfig {
  const thumbprint = thumbprintGiven(given, 'NewCertificateThumbprint') ?? config.NextCertificateThumbprint;
  const effective = numberGiven(given, 'NewCertificateEffectiveDate');
  if (thumbprint === '' || effective === undefined) {
    throw cmdletRefusal('bad-parameter', 'A next certificate needs -NewCertificateThumbprint and -NewCertificateEffectiveDate.');
  }
  if (effective < at) {
    // Observed: microsoft/CSS-Exchange pull request 1888.
    const text = 'The new certificate effective date is invalid. The effective date must be greater than the current time.';
    throw cmdletRefusal('bad-parameter', `${text} It is ${new Date(at).toISOString()} in this organisation.`);
  }
  if (effective < at + 2 * dayMs && given['Force'] !== true) {
    const text = 'The new certificate would take effect in less than 48 hours, before every server and partner may know it.';
    throw cmdletRefusal('operation-failed', `${text} Nobody can be asked whether to continue: add -Force to do so.`);
  }
  return { ...config, NextCertificateThumbprint: thumbprint, NextCertificateEffectiveDate: effective };
}

async function findConfig(tx: Transaction, { name }: Organization): Promise<Stored<AuthConfig>> {
  const stored = await authConfigs.find(tx, name, authConfigName);
  if (stored === undefined) throw new Error(`defect: ${name} has no ${authConfigName}`);
  return stored;
}
