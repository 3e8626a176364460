import type { Instant } from '../../kernel/clock.ts';
import { configKind } from '../organization/config-kind.ts';

/** Who the organisation is as an issuer and which certificate proves it, as `Get-AuthConfig` shows it. */
export interface AuthConfig {
  readonly ServiceName: string;
  /** '' : the organisation's default domain. */
  readonly Realm: string;
  readonly CurrentCertificateThumbprint: string;
  readonly PreviousCertificateThumbprint: string;
  readonly NextCertificateThumbprint: string;
  readonly NextCertificateEffectiveDate: Instant | null;
}

/** One of each organisation, by this name. */
export const authConfigName = 'Auth Configuration';
export const authConfigs = configKind<AuthConfig>('AuthConfig');

/**
 * The configuration as it is at a moment: once its date has come, the next certificate is the current one and the
 * current one is the previous one. In life a service of each server does that by and by.
 */
export function authConfigAt(config: AuthConfig, at: Instant): AuthConfig {
  const { NextCertificateEffectiveDate: due, NextCertificateThumbprint: next } = config;
  return due === null || next === '' || due > at ? config : publishNextCertificate(config);
}

/** The next certificate takes the current one's place at once. There must be a next one. */
export function publishNextCertificate(config: AuthConfig): AuthConfig {
  return {
    ...replaceCurrentCertificate(config, config.NextCertificateThumbprint),
    NextCertificateThumbprint: '',
    NextCertificateEffectiveDate: null,
  };
}

/** Another certificate takes the current one's place, which is the previous one from then on. */
export function replaceCurrentCertificate(config: AuthConfig, thumbprint: string): AuthConfig {
  if (thumbprint === config.CurrentCertificateThumbprint) return config;
  return { ...config, CurrentCertificateThumbprint: thumbprint, PreviousCertificateThumbprint: config.CurrentCertificateThumbprint };
}

/** What a certificate is to the configuration, or undefined when it is nothing to it. */
export function certificateUse(config: AuthConfig, thumbprint: string): 'current' | 'previous' | 'next' | undefined {
  if (thumbprint === '') return undefined;
  if (thumbprint === config.CurrentCertificateThumbprint) return 'current';
  if (thumbprint === config.NextCertificateThumbprint) return 'next';
  return thumbprint === config.PreviousCertificateThumbprint ? 'previous' : undefined;
}
