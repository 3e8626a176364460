"""Runs one module of exchangelib's own suite and says of each test what became of it, as one JSON object a line.

Arguments: the module (`tests.test_folder`) and the seconds that a test may take. Working directory: the unpacked suite,
with a settings.yml. A test that passes without having sent a request proves nothing of a server: it is told apart.
"""

import importlib
import json
import random
import signal
import sys
import time
import unittest

from requests.adapters import HTTPAdapter

module, seconds = sys.argv[1], int(sys.argv[2])
sent = 0
send = HTTPAdapter.send


def counted(self, *args, **kwargs):
    global sent
    sent += 1
    return send(self, *args, **kwargs)


HTTPAdapter.send = counted


def too_long(signum, frame):
    raise TimeoutError(f"longer than {seconds} s")


signal.signal(signal.SIGALRM, too_long)


class Told(unittest.TestResult):
    """What became of each test; of subtests the first that failed."""

    def startTest(self, test):
        super().startTest(test)
        self.begin, self.before, self.told = time.monotonic(), sent, False
        signal.alarm(seconds)

    def stopTest(self, test):
        # What comes next may be the set-up of a class.
        signal.alarm(seconds)
        super().stopTest(test)

    def tell(self, test, outcome, reason=""):
        if getattr(self, "told", False) and outcome == "passed":
            return
        self.told = True
        took = time.monotonic() - getattr(self, "begin", time.monotonic())
        name = test.id().removeprefix(f"{module}.")
        print(json.dumps({"test": name, "outcome": outcome, "reason": reason, "seconds": round(took, 1)}), flush=True)

    def addSuccess(self, test):
        self.tell(test, "passed" if sent > self.before else "silent")

    def addSkip(self, test, reason):
        self.tell(test, "skipped", reason)

    def addExpectedFailure(self, test, err):
        self.tell(test, "skipped", "expected failure")

    def addFailure(self, test, err):
        self.tell(test, "failed", self.last_line(test, err))

    def addError(self, test, err):
        self.tell(test, "failed", self.last_line(test, err))

    def addSubTest(self, test, subtest, err):
        if err is not None and not self.told:
            self.tell(test, "failed", f"{subtest._subDescription()} {self.last_line(test, err)}")

    def last_line(self, test, err):
        kind, value, traceback = err
        where = ""
        while traceback is not None:
            code = traceback.tb_frame.f_code
            if "/tests/" in code.co_filename:
                where = f"{code.co_filename.rsplit('/', 1)[1]}:{traceback.tb_lineno}"
            traceback = traceback.tb_next
        return f"{kind.__name__}: {' '.join(str(value).split())[:400]} ({where})"


importlib.import_module("tests")
random.seed(20261121)
signal.alarm(seconds)
unittest.TestLoader().loadTestsFromName(module).run(Told())
