import type { VersionInformation } from './records.ts';
import type { MrsVersion } from './version.ts';

/** A version as the handshake carries it. */
export function toVersionInformation({ product, computerName, capabilities }: MrsVersion): VersionInformation {
  const [ProductMajor, ProductMinor, BuildMajor, BuildMinor] = product;
  return {
    BuildMajor,
    BuildMinor,
    ComputerName: computerName,
    ProductMajor,
    ProductMinor,
    SupportedCapabilities: Buffer.from(capabilities),
  };
}

export function fromVersionInformation(told: VersionInformation): MrsVersion {
  const { ProductMajor, ProductMinor, BuildMajor, BuildMinor, ComputerName, SupportedCapabilities } = told;
  return { product: [ProductMajor, ProductMinor, BuildMajor, BuildMinor], computerName: ComputerName, capabilities: SupportedCapabilities };
}
