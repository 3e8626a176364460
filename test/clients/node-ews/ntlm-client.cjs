// node-ews 3.5.0 asks for the package ntlm-client, which its package.json does not name: on its own it cannot even be loaded.
// This stands in, so that it is; it then signs in by Basic and Bearer, not by NTLM. Nothing of node-ews itself is touched.
const { registerHooks } = require('node:module');
const { pathToFileURL } = require('node:url');

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'ntlm-client' ? { url: pathToFileURL(__filename).href, shortCircuit: true } : next(specifier, context),
});
