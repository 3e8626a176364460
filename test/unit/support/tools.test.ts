import { expect, test, vi } from 'vitest';
import { requireTool } from '../../support/tools.ts';

test('a program on PATH is present, under CI too', () => {
  expect(requireTool('node', 'nodejs', undefined, { CI: 'true' })).toBe(true);
});

test('a missing program skips and names its package', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  expect(requireTool('no-such-program', 'some-package', undefined, {})).toBe(false);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('apt-get install some-package'));
  warn.mockRestore();
});

test('a missing program is an error under CI', () => {
  expect(() => requireTool('no-such-program', 'some-package', undefined, { CI: 'true' })).toThrow('apt-get install some-package');
  expect(() => requireTool('node', 'some-package', false, { CI: 'true' })).toThrow('apt-get install some-package');
});
