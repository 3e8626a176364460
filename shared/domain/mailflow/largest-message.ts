/** Octets of the largest message that an organisation takes, headers and all. */
export const largestMessageBytes = 37_748_736;
