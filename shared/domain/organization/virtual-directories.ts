import type { Instant } from '../../kernel/clock.ts';
import { getConfigObject, putConfigObject } from '../../store/config-objects.ts';
import type { Executor } from '../../store/database.ts';
import { outlookAnywhere } from './client-access.ts';
import { eraOf } from './eras.ts';
import type { Organization } from './organization.ts';
import { profileOf } from './profiles.ts';
import { serverNameOf } from './servers.ts';
import { identityKey, type Settings } from './settings.ts';
import { type DirectoryKind, type DirectoryValue, directoryKinds, type VirtualDirectoryKind } from './virtual-directory-kinds.ts';

export type { VirtualDirectoryKind } from './virtual-directory-kinds.ts';

/** A virtual directory of a client access server, as `Get-...VirtualDirectory` shows it; which properties, {@link directoryKinds} says. */
export type VirtualDirectory = Readonly<Record<string, DirectoryValue>> & {
  readonly Server: string;
  readonly Name: string;
  readonly InternalUrl: string;
  readonly ExternalUrl: string;
};

/**
 * Where somebody signs in: a virtual directory, the proxy of mailbox moves, which lies in that of EWS, Outlook Anywhere, whose directory
 * is kept apart, or SMTP submission, the admin API of the cloud and Microsoft Graph, which have none.
 */
export type SignInDoor =
  | 'WebServicesVirtualDirectory'
  | 'MrsProxy'
  | 'AutodiscoverVirtualDirectory'
  | 'OabVirtualDirectory'
  | 'OutlookAnywhere'
  | 'SmtpSubmission'
  | 'AdminApi'
  | 'Graph';

/** `None`: it is not looked at. `Allow`: a wrong one is refused. `Require`: so is a missing one (extended protection). */
export const tokenCheckings = ['None', 'Allow', 'Require'] as const;
export type TokenChecking = (typeof tokenCheckings)[number];

/** The doors whose state is written from the beginning; the others are as Setup leaves them until somebody changes them. */
const created = ['WebServicesVirtualDirectory', 'AutodiscoverVirtualDirectory'] as const;

/** Creates the virtual directories of a new organisation as its product's setup does. */
export async function createVirtualDirectories(tx: Executor, organization: Organization, at: Instant): Promise<void> {
  const Server = serverNameOf(organization);
  for (const kind of created) {
    const { name } = directoryKinds[kind];
    const always = { OAuthAuthentication: true, WSSecurityAuthentication: true };
    const value = { Server, Name: name, ...always, ...ofProduct(organization, kind) };
    await putConfigObject(tx, { organization: organization.name, kind, identity: identityKey(name), name, value }, at);
  }
}

/** The identity by which cmdlets show a virtual directory: `EX01\EWS (Default Web Site)`. */
export function virtualDirectoryIdentity({ Server, Name }: VirtualDirectory): string {
  return `${Server}\\${Name}`;
}

/** The virtual directory of a kind; every server has one. */
export async function findVirtualDirectory(
  executor: Executor,
  organization: Organization,
  kind: VirtualDirectoryKind,
): Promise<VirtualDirectory> {
  const object = await getConfigObject(executor, organization.name, kind, identityKey(directoryKinds[kind].name));
  return directoryOf(organization, kind, object?.value);
}

/** The same from what a registry keeps in memory; made once for each of its states, since a request asks several times. */
export function virtualDirectoryOf(organization: Organization, settings: Settings, kind: VirtualDirectoryKind): VirtualDirectory {
  const ofSettings = made.get(settings) ?? new WeakMap<Organization, Map<VirtualDirectoryKind, VirtualDirectory>>();
  made.set(settings, ofSettings);
  const directories = ofSettings.get(organization) ?? new Map<VirtualDirectoryKind, VirtualDirectory>();
  ofSettings.set(organization, directories);
  const directory = directories.get(kind) ?? directoryOf(organization, kind, settings.get(kind, directoryKinds[kind].name)?.value);
  directories.set(kind, directory);
  return directory;
}

// Neither is ever changed: who changes a setting gets another object.
const made = new WeakMap<Settings, WeakMap<Organization, Map<VirtualDirectoryKind, VirtualDirectory>>>();

/** Changes properties of a virtual directory. */
export async function changeVirtualDirectory(
  tx: Executor,
  organization: Organization,
  kind: VirtualDirectoryKind,
  change: Readonly<Record<string, DirectoryValue>>,
  at: Instant,
): Promise<void> {
  const { name } = directoryKinds[kind];
  const identity = identityKey(name);
  const object = await getConfigObject(tx, organization.name, kind, identity);
  const beginning = { Server: serverNameOf(organization), Name: name };
  const value = { ...(object?.value ?? beginning), ...change };
  await putConfigObject(tx, { ...object, organization: organization.name, kind, identity, name, value }, at);
}

/** Ways to sign in that Setup leaves differently from product to product. */
function ofProduct({ product }: Organization, kind: VirtualDirectoryKind): Readonly<Record<string, DirectoryValue>> {
  if (kind !== 'WebServicesVirtualDirectory' && kind !== 'AutodiscoverVirtualDirectory') return {};
  const { basicAuthentication, windowsAuthentication, extendedProtection } = profileOf(product);
  return {
    BasicAuthentication: basicAuthentication,
    WindowsAuthentication: windowsAuthentication,
    ExtendedProtectionTokenChecking: extendedProtection[kind],
  };
}

/** What is stored is what differs from Setup's: objects written by earlier versions say less. */
function directoryOf(organization: Organization, kind: VirtualDirectoryKind, stored: object = {}): VirtualDirectory {
  const { name, url, properties }: DirectoryKind = directoryKinds[kind];
  const Server = serverNameOf(organization);
  const setup = { ...properties, ...ofProduct(organization, kind), InternalUrl: url(organization), ExternalUrl: url(organization) };
  return { Server, Name: name, ...setup, ...stored };
}

/** The virtual directory whose settings a door goes by. */
function virtualDirectoryBehind(
  organization: Organization,
  settings: Settings,
  door: Exclude<SignInDoor, 'SmtpSubmission' | 'AdminApi' | 'Graph' | 'OutlookAnywhere'>,
): VirtualDirectory {
  return virtualDirectoryOf(organization, settings, door === 'MrsProxy' ? 'WebServicesVirtualDirectory' : door);
}

/** Whether passwords are taken: the virtual directory must allow it and, in the cloud, the tenant's era too; for submission the era alone. */
export function allowsBasic(organization: Organization, settings: Settings, door: SignInDoor): boolean {
  const era = organization.era === undefined ? undefined : eraOf(organization.era);
  if (door === 'SmtpSubmission') return era?.smtpBasicAuthentication !== false;
  if (door === 'AdminApi' || door === 'Graph') return false;
  if (door === 'OutlookAnywhere') return anywhereTakes(organization, settings, 'Basic');
  return virtualDirectoryBehind(organization, settings, door)['BasicAuthentication'] === true && era?.basicAuthentication !== false;
}

/** Outlook Anywhere's schemes are a list of its own (IISAuthenticationMethods); a tenant has none. */
function anywhereTakes(organization: Organization, settings: Settings, method: 'Basic' | 'Ntlm' | 'Negotiate'): boolean {
  return organization.kind === 'on-premises' && outlookAnywhere(organization, settings).IISAuthenticationMethods.includes(method);
}

/** Whether Bearer tokens are taken: the proxy of mailbox moves offers Windows' schemes alone, whatever its directory does. */
export function allowsOAuth(organization: Organization, settings: Settings, door: SignInDoor): boolean {
  if (door === 'MrsProxy' || door === 'OutlookAnywhere') return false;
  return isWithoutDirectory(door) || virtualDirectoryOf(organization, settings, door)['OAuthAuthentication'] === true;
}

/** Whether NTLM is taken, by itself or inside Negotiate. */
export function allowsWindows(
  organization: Organization,
  settings: Settings,
  door: SignInDoor,
  as: 'NTLM' | 'Negotiate' | 'either' = 'either',
): boolean {
  if (door === 'OutlookAnywhere') {
    const takes = { NTLM: anywhereTakes(organization, settings, 'Ntlm'), Negotiate: anywhereTakes(organization, settings, 'Negotiate') };
    return as === 'either' ? takes.NTLM || takes.Negotiate : takes[as];
  }
  return !isWithoutDirectory(door) && virtualDirectoryBehind(organization, settings, door)['WindowsAuthentication'] === true;
}

/** Whether Digest is taken. */
export function allowsDigest(organization: Organization, settings: Settings, door: SignInDoor): boolean {
  return (
    organization.kind === 'on-premises' &&
    !isWithoutDirectory(door) &&
    door !== 'OutlookAnywhere' &&
    virtualDirectoryBehind(organization, settings, door)['DigestAuthentication'] === true
  );
}

/** Whether certificates of clients are taken: EWS alone has the switch. */
export function allowsCertificates(organization: Organization, settings: Settings, door: SignInDoor): boolean {
  return door === 'WebServicesVirtualDirectory' && virtualDirectoryOf(organization, settings, door)['CertificateAuthentication'] === true;
}

function isWithoutDirectory(door: SignInDoor): door is 'SmtpSubmission' | 'AdminApi' | 'Graph' {
  return door === 'SmtpSubmission' || door === 'AdminApi' || door === 'Graph';
}

/** What becomes of channel bindings. */
export function tokenCheckingOf(
  organization: Organization,
  settings: Settings,
  door: Exclude<SignInDoor, 'SmtpSubmission'>,
): TokenChecking {
  if (door === 'AdminApi' || door === 'Graph' || door === 'OutlookAnywhere') return 'None';
  const checking = virtualDirectoryBehind(organization, settings, door)['ExtendedProtectionTokenChecking'];
  return tokenCheckings.find((one) => one === checking) ?? 'None';
}

/** Whether delegation tokens are taken: Exchange Online, whose front end is not the tenant's, always takes them. */
export function allowsWsSecurity(
  organization: Organization,
  settings: Settings,
  door: Exclude<SignInDoor, 'SmtpSubmission' | 'AdminApi' | 'Graph' | 'MrsProxy' | 'OutlookAnywhere'>,
): boolean {
  return organization.kind === 'cloud' || virtualDirectoryOf(organization, settings, door)['WSSecurityAuthentication'] === true;
}
