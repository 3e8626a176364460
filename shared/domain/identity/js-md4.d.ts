declare module 'js-md4' {
  /** MD4 (RFC 1320); the package carries no types of its own. */
  const md4: { arrayBuffer(message: Uint8Array): ArrayBuffer };
  export default md4;
}
