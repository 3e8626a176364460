"""requests-ntlm opens a reliable session at MRSProxy: it sends the MIC and, over https, the channel binding. Prints the statuses of two posts."""

import os
import sys

import requests
from requests_ntlm import HttpNtlmAuth

session = requests.Session()
session.auth = HttpNtlmAuth(sys.argv[1], sys.argv[2])
headers = {"Content-Type": "application/soap+xml; charset=utf-8"}
body = os.environ["COEXIST_MESSAGE"].encode()
for _ in range(2):
    answer = session.post("https://mail.contoso.test/EWS/mrsproxy.svc", data=body, headers=headers, timeout=15)
    print(answer.status_code, "CreateSequenceResponse" in answer.text)
