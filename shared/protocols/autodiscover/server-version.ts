/** A build as its four numbers. */
export interface Build {
  readonly major: number;
  readonly minor: number;
  readonly majorBuild: number;
  readonly minorBuild: number;
}

/**
 * ServerVersion of plain XML: eight hexadecimal digits. From the top: the number 7 (four bits), major (six), minor
 * (six), a set bit, build (fifteen). Worked out from the vendor's examples: 73C08204 is 15.0.516, 72008287 is 8.0.647.
 */
export function packedServerVersion(build: Build): string {
  const packed = 7 * 2 ** 28 + build.major * 2 ** 22 + build.minor * 2 ** 16 + 2 ** 15 + build.majorBuild;
  return packed.toString(16).toUpperCase();
}

/** CasVersion and ExternalEwsVersion: `15.02.2562.017`, the form of MS-OXWSADISC 2.2.4. */
export function dottedServerVersion(build: Build): string {
  const digits = (value: number, width: number): string => String(value).padStart(width, '0');
  return `${digits(build.major, 2)}.${digits(build.minor, 2)}.${digits(build.majorBuild, 4)}.${digits(build.minorBuild, 3)}`;
}
