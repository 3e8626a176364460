import { expect, test } from 'vitest';
import type { Cmdlet } from '../../../shared/cmdlets/cmdlet.ts';
import { parseLine } from '../../../shared/cmdlets/line/parse.ts';
import { bindParameters } from '../../../shared/cmdlets/parameter-binder.ts';

const thing: Cmdlet = {
  kinds: ['on-premises'],
  positional: 'Identity',
  parameters: {
    Identity: 'text',
    Url: 'text',
    Enabled: 'boolean',
    Publish: 'switch',
    PublishAt: 'text',
    Note: 'nullable text',
    Limited: 'nullable boolean',
    Members: 'list',
    Begins: 'date',
    Size: 'integer',
  },
  required: ['Identity'],
  run: () => Promise.resolve([]),
};
const bind = (rest: string) => {
  const [line] = parseLine(`Set-Thing ${rest}`);
  if (line === undefined) throw new Error('a line has a command');
  return bindParameters('Set-Thing', thing, line);
};

test.each([
  ['x', { Identity: 'x' }],
  ['-Enabled $true x', { Identity: 'x', Enabled: true }],
  ['x -en 0', { Identity: 'x', Enabled: false }],
  ['x -ENABLED:1', { Identity: 'x', Enabled: true }],
  // A switch takes a value after a colon alone: the next word is not its own.
  ['-Publish x', { Identity: 'x', Publish: true }],
  ['-Publish:$false x', { Identity: 'x', Publish: false }],
  ['-publisha noon –i "a b"', { Identity: 'a b', PublishAt: 'noon' }],
  ['x -Note $null -Limited $null -Members $null', { Identity: 'x', Note: null, Limited: null, Members: [] }],
  ["x -Note '' -Limited $false -Members one", { Identity: 'x', Note: null, Limited: false, Members: ['one'] }],
  ['x -Members a,"b c",d', { Identity: 'x', Members: ['a', 'b c', 'd'] }],
  ["x -Members @{add='a','b'; REMOVE=@('c')}", { Identity: 'x', Members: { add: ['a', 'b'], remove: ['c'] } }],
  ['x -Members @{}', { Identity: 'x', Members: { add: [], remove: [] } }],
  ['x -Members:a,b', { Identity: 'x', Members: ['a', 'b'] }],
  ['x -Begins 2026-11-02', { Identity: 'x', Begins: Date.UTC(2026, 10, 2) }],
  ['x -Size -12', { Identity: 'x', Size: -12 }],
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
  ['x -Url a,b', /^Cannot convert 'System\.Object\[\]' to the type 'System\.String' required by parameter 'Url'\. Specified method is not/],
  ['x -Size 1,2', /^Cannot convert 'System\.Object\[\]' to the type 'System\.Int32'/],
  ['x y,z', /^A positional parameter cannot be found that accepts argument 'System\.Object\[\]'\.$/],
  ['x -Members a,$null', /^Cannot bind argument to parameter 'Members' because it is null\.$/],
  ["x -Members ''", /^Cannot bind argument to parameter 'Members' because it is an empty string\.$/],
  ['x -Members a,$true', /^-Members takes a text, not \$true\.$/],
  ['x -Limited yes', /on parameter 'Limited'/],
  [
    'x -Begins soon',
    /^Cannot bind parameter 'Begins'\. Cannot convert value "soon" to type "System\.DateTime"\. Error: "String was not recognized as a valid DateTime\."$/,
  ],
  ['x -Size 1.5', /^Cannot bind parameter 'Size'\. Cannot convert value "1\.5" to type "System\.Int32"\. Error: "Input string was not/],
  ['x -Size 2147483648', /Error: "Value was either too large or too small for an Int32\."$/],
  ["x -Url @{Add='y'}", /^Cannot convert 'System\.Collections\.Hashtable' to the type 'System\.String' required by parameter 'Url'\./],
  ["x -Members @{Ad='y'}", /^Cannot convert 'System\.Collections\.Hashtable' to .* It takes Add and Remove, not 'Ad'\.$/],
  ["x -Members @{Add='y',$null}", /^Cannot bind argument to parameter 'Members' because it is null\.$/],
  ['x @{}', /^A positional parameter cannot be found that accepts argument 'System\.Collections\.Hashtable'\.$/],
  ['{$_.Name}', /^Cannot convert 'System\.Management\.Automation\.ScriptBlock' to/],
  ['$true', /^-Identity takes a text, not \$true\.$/],
])('%s is refused', (rest, text) => {
  expect(() => bind(rest)).toThrow(expect.objectContaining({ code: 'bad-parameter', detail: expect.stringMatching(text) }));
});
