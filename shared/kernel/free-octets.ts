/**
 * Frees octets that nobody reads any more. They lie outside of V8's heap, and V8 looks for what can go of them after each 64 MiB:
 * whoever makes many large ones, and knows when they are done with, gives their memory back at once. To read them afterwards finds nothing.
 */
export function freeOctets(octets: Uint8Array): void {
  const { buffer } = octets;
  // Small ones share a buffer with others, of which they are less than half.
  if (buffer instanceof ArrayBuffer && !buffer.detached && 2 * octets.byteLength > buffer.byteLength) buffer.transfer(0);
}
