import { createHash, X509Certificate } from 'node:crypto';
import { join } from 'node:path';

/** One thing to do so that a machine trusts the CA, or no longer does. */
export type TrustStep =
  | { readonly kind: 'write'; readonly file: string; readonly text: string }
  | { readonly kind: 'remove'; readonly file: string }
  | { readonly kind: 'run'; readonly command: readonly [string, ...string[]] };

/** What is to be done, and whether this process can do it: it asks nobody for a password and never becomes another user. */
export interface TrustPlan {
  readonly steps: readonly TrustStep[];
  /** Why it has to be typed by somebody; null: it can be done here. */
  readonly byHand: string | null;
}

export interface TrustQuestion {
  readonly verb: 'trust' | 'untrust';
  /** `process.platform`, or `java`: the authorities of the Java on the search path. */
  readonly store: NodeJS.Platform | 'java';
  readonly caPem: string;
  /** Where the CA lies. */
  readonly caFile: string;
  /** Of the folders for a machine's own authorities, those that there are. */
  readonly isFolder: (path: string) => boolean;
  readonly isWritable: (path: string) => boolean;
  /** Overrules the usual folders of Linux. */
  readonly folder?: string | undefined;
}

/** Where Linux systems take a machine's own authorities from, and what makes their bundles anew. */
const linuxFolders: readonly (readonly [folder: string, trust: readonly [string, ...string[]], untrust: readonly [string, ...string[]]])[] =
  [
    ['/usr/local/share/ca-certificates', ['update-ca-certificates'], ['update-ca-certificates', '--fresh']],
    ['/etc/pki/ca-trust/source/anchors', ['update-ca-trust', 'extract'], ['update-ca-trust', 'extract']],
    ['/etc/ca-certificates/trust-source/anchors', ['trust', 'extract-compat'], ['trust', 'extract-compat']],
    ['/usr/share/pki/trust/anchors', ['update-ca-certificates'], ['update-ca-certificates']],
  ];

/** How a machine is told; pure. */
export function trustPlan(question: TrustQuestion): TrustPlan {
  const { verb, store, caPem, caFile } = question;
  const trusts = verb === 'trust';
  const { fingerprint } = new X509Certificate(caPem);
  const run = (...command: readonly [string, ...string[]]): TrustStep => ({ kind: 'run', command });
  switch (store) {
    case 'linux':
      return linuxPlan(question);
    case 'darwin':
      return {
        steps: [
          trusts
            ? run('security', 'add-trusted-cert', '-r', 'trustRoot', '-p', 'ssl', caFile)
            : run('security', 'remove-trusted-cert', caFile),
        ],
        byHand: 'macOS asks whoever sits there for a password',
      };
    case 'win32':
      return {
        steps: [
          run(
            'certutil',
            '-user',
            ...(trusts ? ['-addstore', 'Root', caFile] : ['-delstore', 'Root', fingerprint.replaceAll(':', '').toLowerCase()]),
          ),
        ],
        byHand: 'Windows asks whoever sits there',
      };
    case 'java':
      return {
        steps: [
          run(
            'keytool',
            ...(trusts ? ['-importcert', '-noprompt', '-file', caFile] : ['-delete']),
            '-cacerts',
            '-storepass',
            'changeit',
            '-alias',
            aliasOf(caPem),
          ),
        ],
        byHand: 'the authorities of a Java belong to whoever installed it',
      };
    default:
      return { steps: [], byHand: `there is no known way on ${store}; point programs at ${caFile} by coexist env` };
  }
}

function linuxPlan({ verb, caPem, folder, isFolder, isWritable }: TrustQuestion): TrustPlan {
  const known = linuxFolders.find(([path]) => (folder === undefined ? isFolder(path) : path === folder));
  const place = folder ?? known?.[0];
  if (place === undefined) return { steps: [], byHand: 'none of the usual folders for authorities is there; name yours with --folder' };
  const file = join(place, `${aliasOf(caPem)}.crt`);
  const command = known?.[verb === 'trust' ? 1 : 2];
  const steps: readonly TrustStep[] = [
    verb === 'trust' ? { kind: 'write', file, text: caPem } : { kind: 'remove', file },
    ...(command === undefined ? [] : [{ kind: 'run', command } as const]),
  ];
  return { steps, byHand: isWritable(place) ? null : `${place} belongs to root` };
}

/** Several installations have several CAs. */
export function aliasOf(caPem: string): string {
  return `coexist-${createHash('sha256').update(new X509Certificate(caPem).raw).digest('hex').slice(0, 8)}`;
}

/** A step as a line for a shell. `asRoot`: what has to be typed by whoever may. */
export function stepText(step: TrustStep, options: { readonly caFile: string; readonly asRoot: boolean }): string {
  const sudo = options.asRoot ? 'sudo ' : '';
  if (step.kind === 'write') return `${sudo}install -m 644 ${quoted(options.caFile)} ${quoted(step.file)}`;
  if (step.kind === 'remove') return `${sudo}rm -f ${quoted(step.file)}`;
  return `${sudo}${step.command.map(quoted).join(' ')}`;
}

function quoted(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A shell script that puts the CA into a trust store of Java's own old form, which only keytool writes. */
export function jksScript(caPem: string): string {
  const alias = aliasOf(caPem);
  return `#!/bin/sh
# Makes coexist-trust.jks (password changeit) here. Then: java -Djavax.net.ssl.trustStore=$PWD/coexist-trust.jks ...
set -eu
keytool -importcert -noprompt -storetype JKS -keystore coexist-trust.jks -storepass changeit -alias ${alias} <<'PEM'
${caPem.trimEnd()}
PEM
`;
}
