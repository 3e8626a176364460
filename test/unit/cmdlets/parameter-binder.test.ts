import { expect, test } from 'vitest';
import type { Cmdlet } from '../../../shared/cmdlets/cmdlet.ts';
import { parseCommandLine } from '../../../shared/cmdlets/command-line.ts';
import { bindParameters } from '../../../shared/cmdlets/parameter-binder.ts';

const thing: Cmdlet = {
  kinds: ['on-premises'],
  positional: 'Identity',
  parameters: { Identity: 'text', Url: 'text', Enabled: 'boolean', Publish: 'switch', PublishAt: 'text' },
  required: ['Identity'],
  run: () => Promise.resolve([]),
};
const bind = (rest: string) => bindParameters('Set-Thing', thing, parseCommandLine(`Set-Thing ${rest}`));

test.each([
  ['x', { Identity: 'x' }],
  ['-Enabled $true x', { Identity: 'x', Enabled: true }],
  ['x -en 0', { Identity: 'x', Enabled: false }],
  ['x -ENABLED:1', { Identity: 'x', Enabled: true }],
  // A switch takes a value after a colon alone: the next word is not its own.
  ['-Publish x', { Identity: 'x', Publish: true }],
  ['-Publish:$false x', { Identity: 'x', Publish: false }],
  ['-publisha noon –i "a b"', { Identity: 'a b', PublishAt: 'noon' }],
])('%s', (rest, bound) => {
  expect(bind(rest)).toEqual(bound);
});

test.each([
  ['', /^Cannot process command because of one or more missing mandatory parameters: Identity\.$/],
  ['x -Color red', /^A parameter cannot be found that matches parameter name 'Color'\. Set-Thing takes -Identity, -Url, .* here\.$/],
  ['x -Pub', /parameter name 'Pub' is ambiguous\. Possible matches include: -Publish -PublishAt\.$/],
  ['x y', /^A positional parameter cannot be found that accepts argument 'y'\.$/],
  ['x -Identity y', /^A positional parameter cannot be found that accepts argument 'x'\.$/],
  ['-i x -id y', /^Cannot bind parameter because parameter 'Identity' is specified more than once\.$/],
  ['x -Url', /^Missing an argument for parameter 'Url'\. Specify a parameter of type 'System\.String' and try again\.$/],
  ['x -Enabled -Publish', /^Missing an argument for parameter 'Enabled'\. Specify a parameter of type 'System\.Boolean'/],
  ['x -Publish:', /^Missing an argument for parameter 'Publish'/],
  [
    'x -Publish:yes',
    /^Cannot convert 'yes' to the type 'System\.Management\.Automation\.SwitchParameter' required by parameter 'Publish'\.$/,
  ],
  [
    'x -Enabled yes',
    /^Cannot process .* on parameter 'Enabled'\. Cannot convert value "System\.String" to type "System\.Boolean"\. Boolean/,
  ],
  ['x -Enabled "1"', /Cannot convert value "System\.String"/],
  ['x -Enabled $null', /Cannot convert value "" to type "System\.Boolean"/],
  ['x -Url $null', /^Cannot bind argument to parameter 'Url' because it is null\.$/],
  ['""', /^Cannot bind argument to parameter 'Identity' because it is an empty string\.$/],
  ['$true', /^-Identity takes a text, not \$true\.$/],
])('%s is refused', (rest, text) => {
  expect(() => bind(rest)).toThrow(expect.objectContaining({ code: 'bad-parameter', detail: expect.stringMatching(text) }));
});
