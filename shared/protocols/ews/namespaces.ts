/** The namespace of EWS requests and responses (prefix `m`). */
export const messages = 'http://schemas.microsoft.com/exchange/services/2006/messages';
/** The namespace of everything inside them, and of EWS headers (prefix `t`, in response headers `h`). */
export const types = 'http://schemas.microsoft.com/exchange/services/2006/types';
/** The namespace of the detail of an EWS fault (prefix `e`). */
export const errors = 'http://schemas.microsoft.com/exchange/services/2006/errors';
/** The namespace of `xml:lang`. */
export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';
