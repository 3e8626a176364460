import { expect, test } from 'vitest';
import { dottedServerVersion, packedServerVersion } from '../../../shared/protocols/autodiscover/server-version.ts';

test.each([
  // Vendor's pages: "Get user settings from Exchange by using Autodiscover", "POX Autodiscover response for Exchange".
  [{ major: 15, minor: 0, majorBuild: 516, minorBuild: 32 }, '73C08204', '15.00.0516.032'],
  [{ major: 8, minor: 0, majorBuild: 647, minorBuild: 0 }, '72008287', '08.00.0647.000'],
  [{ major: 15, minor: 20, majorBuild: 9115, minorBuild: 17 }, '73D4A39B', '15.20.9115.017'],
])('%o is packed as %s and dotted as %s', (build, packed, dotted) => {
  expect(packedServerVersion(build)).toBe(packed);
  expect(dottedServerVersion(build)).toBe(dotted);
});
