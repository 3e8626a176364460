import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { requireTool } from '../support/tools.ts';
import { docker, image } from './engine.ts';

const hasPytest = spawnSync('python3', ['-c', 'import pytest']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'coexist-recipe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// A test file as a user writes it, with the fixtures as they ship.
const userTests = `
import pathlib
import socket
import urllib.error
import urllib.request

import pytest
from coexist_container import open_container

NAMES = ("contoso", "contoso-cloud", "fabrikam")


def ask(lab, url):
    handler = urllib.request.HTTPSHandler(context=lab.ssl_context())
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), handler).open(url)


@pytest.mark.parametrize("name", NAMES)
def test_ews_asks_for_a_sign_in(coexist_container, name):
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(coexist_container, coexist_container.organization(name)["ews"])
    assert refused.value.code == 401
    assert refused.value.headers["x-coexist"]


def test_the_tenant_tells_its_keys(coexist_container):
    authority = coexist_container.organization("contoso-cloud")["authority"]
    assert ask(coexist_container, authority + "/v2.0/.well-known/openid-configuration").status == 200


@pytest.mark.parametrize("name", NAMES)
def test_smtp_greets(coexist_container, name):
    host, _, port = coexist_container.organization(name)["smtp"].rpartition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        assert connection.recv(4).startswith(b"220")


def test_a_cmdlet(coexist_container):
    pathlib.Path("container").write_text(coexist_container.id)
    assert [box["Name"] for box in coexist_container.cmdlet("contoso", "Get-Mailbox mary")]


def test_a_lab_that_cannot_start_says_why():
    with pytest.raises(RuntimeError, match="no-such-world"):
        with open_container(world="no-such-world"):
            pass
`;

test.skipIf(!requireTool('pytest', 'python3-pytest', hasPytest))('pytest has a lab in a container, and none is left', async () => {
  for (const name of ['coexist_container.py', 'coexist_world.py'])
    copyFileSync(new URL(`../../services/lab/fixtures/pytest/${name}`, import.meta.url), join(folder, name));
  writeFileSync(join(folder, 'conftest.py'), 'from coexist_container import coexist_container  # noqa: F401\n');
  writeFileSync(join(folder, 'test_lab.py'), userTests);
  const env = { ...process.env, COEXIST_IMAGE: image, PYTHONDONTWRITEBYTECODE: '1' };
  const out = await new Promise<string>((resolve) => {
    execFile('python3', ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'], { cwd: folder, env }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
  expect(out).toMatch(/\b9 passed\b/);
  expect(out).not.toMatch(/failed|error/i);
  const id = readFileSync(join(folder, 'container'), 'utf8');
  expect(id).toMatch(/^[0-9a-f]{64}$/);
  expect(await docker('ps', '--all', '--quiet', '--filter', `id=${id}`)).toBe('');
});
