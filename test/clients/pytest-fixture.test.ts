import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';
import { ask } from '../wire/admin/ask.ts';

const hasPytest = spawnSync('python3', ['-c', 'import pytest']).status === 0;

// A test file as a user writes it, with the fixture as it ships.
const conftest = 'from coexist_world import coexist_lab, coexist_world, open_world, pytest_configure  # noqa: F401\n';
const userTests = `
import json
import urllib.request

import pytest
from coexist_world import CoexistError, open_world


def health(world):
    return world.call("GET", "/_coexist/health")


def test_a_world(coexist_world):
    assert [box["Name"] for box in coexist_world.cmdlet("contoso", "Get-Mailbox mary")]
    with pytest.raises(CoexistError, match="Get-Nothing"):
        coexist_world.cmdlet("contoso", "Get-Nothing")
    handler = urllib.request.HTTPSHandler(context=coexist_world.ssl_context())
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), handler)
    with pytest.raises(urllib.error.HTTPError) as refused:
        opener.open(coexist_world.organization("contoso")["ews"])
    assert refused.value.code == 401
    assert coexist_world.requests(svc="ews") or coexist_world.requests(svc="frontend")


@pytest.mark.coexist(era="2026-10", clock="frozen@2026-11-01T09:00Z")
def test_another(coexist_world):
    assert health(coexist_world)["era"] == "2026-10"
    coexist_world.advance("61m")
    assert health(coexist_world)["clock"]["now"] == "2026-11-01T10:01:00.000Z"
    assert coexist_world.user("mary@contoso.test")["userName"] == "CONTOSO\\\\mary"


def test_refusal(coexist_lab):
    with pytest.raises(CoexistError, match="no world named"):
        with open_world(coexist_lab, world="no-such-world"):
            pass
`;

describe.skipIf(!requireTool('pytest', 'python3-pytest', hasPytest))('pytest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coexist-pytest-'));
  let lab: TestLab;
  beforeAll(async () => {
    lab = await openTestLab();
    copyFileSync(
      fileURLToPath(new URL('../../services/lab/fixtures/pytest/coexist_world.py', import.meta.url)),
      join(folder, 'coexist_world.py'),
    );
    writeFileSync(join(folder, 'conftest.py'), conftest);
    writeFileSync(join(folder, 'test_world.py'), userTests);
  });
  afterAll(async () => {
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('each test that asks for a world has one, and none is left', { timeout: 180_000 }, async () => {
    const { code, out } = await pytest(folder, lab.endpoints.adminUrl);
    expect(out).toMatch(/3 passed/);
    expect(code).toBe(0);
    expect((await ask(lab.endpoints.adminUrl, 'GET', '/_coexist/v1/worlds')).body).toEqual({ worlds: [] });
  });
});

function pytest(cwd: string, adminUrl: string): Promise<{ readonly code: number; readonly out: string }> {
  const env = { PATH: process.env['PATH'], HOME: cwd, COEXIST_ADMIN_URL: adminUrl, PYTHONDONTWRITEBYTECODE: '1' };
  return new Promise((resolve) => {
    execFile(
      'python3',
      ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-W', 'error::pytest.PytestUnknownMarkWarning'],
      { cwd, env },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, out: stdout + stderr });
      },
    );
  });
}
