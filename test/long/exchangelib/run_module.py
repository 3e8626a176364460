"""Runs one module of exchangelib's own suite and says of each test what became of it, as one JSON object a line.

Arguments: the module (`tests.test_folder`) and the seconds that a test may take. Environment: NAME_SERVER, `host:port` of
the name server of the machine. Working directory: the unpacked suite, with a settings.yml. A test that passes without having
asked a server anything proves nothing of one, nor does one that fails so: they are told apart.
"""

import importlib
import json
import os
import random
import signal
import sys
import time
import unittest

import dns.resolver
from requests.adapters import HTTPAdapter

module, seconds = sys.argv[1], int(sys.argv[2])
sent = 0
send = HTTPAdapter.send


def counted(self, *args, **kwargs):
    global sent
    sent += 1
    return send(self, *args, **kwargs)


HTTPAdapter.send = counted
name_server, name_server_port = os.environ["NAME_SERVER"].rsplit(":", 1)


class Resolver(dns.resolver.Resolver):
    """What dnspython would be on a machine whose resolv.conf names the lab, if that could name a port."""

    def __init__(self, *args, **kwargs):
        super().__init__(configure=False)
        self.nameservers, self.port = [name_server], int(name_server_port)

    def resolve(self, *args, **kwargs):
        global sent
        sent += 1
        return super().resolve(*args, **kwargs)


dns.resolver.Resolver = Resolver


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
        self.tell(test, self.failure(), self.last_line(test, err))

    def addError(self, test, err):
        self.tell(test, self.failure(), self.last_line(test, err))

    def failure(self):
        return "alone" if sent == getattr(self, "before", -1) else "failed"

    def addSubTest(self, test, subtest, err):
        if err is not None and not self.told:
            self.tell(test, self.failure(), f"{subtest._subDescription()} {self.last_line(test, err)}")

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
