/** Why octets were not read, or a structure not written, as a message. */
export type MimeErrorCode = 'too-big' | 'too-many-headers' | 'too-many-parts' | 'too-deep' | 'unreadable' | 'bad-header-name';

/** The only error that this room throws. The message says which bound was met; it never quotes the octets. */
export class MimeError extends Error {
  readonly code: MimeErrorCode;
  constructor(code: MimeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MimeError';
    this.code = code;
  }
}
