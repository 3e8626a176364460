import type { Instant } from '../../kernel/clock.ts';
import { getConfigObject, listConfigObjects, putConfigObject } from '../../store/config-objects.ts';
import type { Executor } from '../../store/database.ts';
import { eraOf } from './eras.ts';
import type { Organization } from './organization.ts';
import { profileOf } from './profiles.ts';
import { identityKey, type Settings } from './settings.ts';

/** A virtual directory of a client access server, as `Get-...VirtualDirectory` shows it. */
export interface VirtualDirectory {
  readonly Server: string;
  readonly Name: string;
  readonly BasicAuthentication: boolean;
  /** Bearer tokens are taken, and the challenge says so; on by default. */
  readonly OAuthAuthentication: boolean;
  /** Messages with a delegation token in them are taken below it; on by default. */
  readonly WSSecurityAuthentication: boolean;
  /** NTLM is taken, by that name and as Negotiate; on by default, and never there in the cloud. */
  readonly WindowsAuthentication: boolean;
  /** What becomes of the channel binding that NTLM may carry. */
  readonly ExtendedProtectionTokenChecking: TokenChecking;
}

/** `None`: it is not looked at. `Allow`: a wrong one is refused. `Require`: so is a missing one (extended protection). */
export const tokenCheckings = ['None', 'Allow', 'Require'] as const;
export type TokenChecking = (typeof tokenCheckings)[number];

/** Which ways to sign in a virtual directory takes. */
export type AuthenticationSwitches = Partial<
  Pick<
    VirtualDirectory,
    'BasicAuthentication' | 'OAuthAuthentication' | 'WSSecurityAuthentication' | 'WindowsAuthentication' | 'ExtendedProtectionTokenChecking'
  >
>;

/** Kinds of virtual directory, named as their cmdlets' noun, and the name that Setup gives each. */
export const virtualDirectoryNames = {
  WebServicesVirtualDirectory: 'EWS (Default Web Site)',
  AutodiscoverVirtualDirectory: 'Autodiscover (Default Web Site)',
} as const;
export type VirtualDirectoryKind = keyof typeof virtualDirectoryNames;

/** Where somebody signs in: a virtual directory, or SMTP submission, which has none. */
export type SignInDoor = VirtualDirectoryKind | 'SmtpSubmission';

/** Creates the virtual directories of a new organisation as its product's setup does. */
export async function createVirtualDirectories(tx: Executor, organization: Organization, at: Instant): Promise<void> {
  const profile = profileOf(organization.product);
  for (const [kind, name] of Object.entries(virtualDirectoryNames)) {
    const { serverName: Server, basicAuthentication: BasicAuthentication, windowsAuthentication: WindowsAuthentication } = profile;
    const value: VirtualDirectory = {
      Server,
      Name: name,
      BasicAuthentication,
      OAuthAuthentication: true,
      WSSecurityAuthentication: true,
      WindowsAuthentication,
      ExtendedProtectionTokenChecking: profile.extendedProtection[kind as VirtualDirectoryKind],
    };
    await putConfigObject(tx, { organization: organization.name, kind, identity: identityKey(name), name, value }, at);
  }
}

/** The identity by which cmdlets show a virtual directory: `EX01\EWS (Default Web Site)`. */
export function virtualDirectoryIdentity({ Server, Name }: VirtualDirectory): string {
  return `${Server}\\${Name}`;
}

/** The virtual directories of a kind, all or those that `identity` names, with its server or without, in any case. */
export async function findVirtualDirectories(
  tx: Executor,
  organization: Organization,
  kind: VirtualDirectoryKind,
  identity?: string,
): Promise<readonly VirtualDirectory[]> {
  const all = (await listConfigObjects(tx, organization.name, kind)).map(({ value }) => value as VirtualDirectory);
  if (identity === undefined) return all;
  const wanted = identityKey(identity);
  return all.filter((one) => [one.Name, virtualDirectoryIdentity(one)].some((name) => identityKey(name) === wanted));
}

/**
 * Switches ways to sign in on a virtual directory, which `identity` names with its server (`EX01\EWS (Default Web Site)`)
 * or without, in any case. False when the organisation has none of that name.
 */
export async function setAuthentication(
  tx: Executor,
  organization: Organization,
  kind: VirtualDirectoryKind,
  identity: string,
  change: AuthenticationSwitches,
  at: Instant,
): Promise<boolean> {
  const slash = identity.indexOf('\\');
  const object = await getConfigObject(tx, organization.name, kind, identityKey(identity.slice(slash + 1)));
  if (object === undefined) return false;
  const value = object.value as VirtualDirectory;
  if (slash >= 0 && value.Server.toLowerCase() !== identity.slice(0, slash).toLowerCase()) return false;
  await putConfigObject(tx, { ...object, value: { ...value, ...change } }, at);
  return true;
}

/** Whether passwords are taken: the virtual directory must allow it and, in the cloud, the tenant's era too; for submission the era alone. */
export function allowsBasic(organization: Organization, settings: Settings, door: SignInDoor): boolean {
  const era = organization.era === undefined ? undefined : eraOf(organization.era);
  if (door === 'SmtpSubmission') return era?.smtpBasicAuthentication !== false;
  const { BasicAuthentication } = virtualDirectoryOf(organization, settings, door);
  return BasicAuthentication && era?.basicAuthentication !== false;
}

/** Whether Bearer tokens are taken. */
export function allowsOAuth(organization: Organization, settings: Settings, door: SignInDoor): boolean {
  if (door === 'SmtpSubmission') return true;
  // Objects written by the first version do not say.
  return virtualDirectoryOf(organization, settings, door).OAuthAuthentication !== false;
}

/** Whether NTLM is taken. */
export function allowsWindows(organization: Organization, settings: Settings, door: SignInDoor): boolean {
  if (door === 'SmtpSubmission') return false;
  // Objects written by earlier versions do not say, here and below.
  return virtualDirectoryOf(organization, settings, door).WindowsAuthentication ?? profileOf(organization.product).windowsAuthentication;
}

/** What becomes of channel bindings. */
export function tokenCheckingOf(organization: Organization, settings: Settings, kind: VirtualDirectoryKind): TokenChecking {
  const { ExtendedProtectionTokenChecking } = virtualDirectoryOf(organization, settings, kind);
  return ExtendedProtectionTokenChecking ?? profileOf(organization.product).extendedProtection[kind];
}

/** Whether delegation tokens are taken: Exchange Online, whose front end is not the tenant's, always takes them. */
export function allowsWsSecurity(organization: Organization, settings: Settings, kind: VirtualDirectoryKind): boolean {
  // Objects written by earlier versions do not say.
  return organization.kind === 'cloud' || virtualDirectoryOf(organization, settings, kind).WSSecurityAuthentication !== false;
}

function virtualDirectoryOf(organization: Organization, settings: Settings, kind: VirtualDirectoryKind): VirtualDirectory {
  const directory = settings.get(kind, virtualDirectoryNames[kind]);
  if (directory === undefined) throw new Error(`defect: ${organization.name} has no ${kind}`);
  return directory.value as VirtualDirectory;
}
