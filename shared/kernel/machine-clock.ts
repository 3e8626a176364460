/** The machine's time in milliseconds since 1970: for the world clock to run by, and for certificates, which peers check with clocks of their own. */
export function machineNow(): number {
  return Date.now();
}
