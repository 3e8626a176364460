"""Flows of MSAL for Python as Debian ships it, against the lab that the argument describes (JSON).

The environment alone gives the CA and the proxy; certificates are checked. Prints one line of JSON per flow.
"""

import json
import re
import sys
import traceback
from urllib.parse import parse_qsl, urlsplit

import msal
import requests

place = json.loads(sys.argv[1])
DAEMON = "22222222-2222-4222-8222-222222222222"
PUBLIC = "44444444-4444-4444-8444-444444444444"
CLOUD = "https://outlook.office365.com"
PREMISES = "https://mail.contoso.test"
APP = [CLOUD + "/.default"]
USER = [CLOUD + "/EWS.AccessAsUser.All"]
USER_PREMISES = [PREMISES + "/EWS.AccessAsUser.All"]
ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">'
    '<s:Header><t:RequestServerVersion Version="Exchange2013_SP1"/>{}</s:Header><s:Body>'
    '<GetFolder xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"><FolderShape><t:BaseShape>Default</t:BaseShape></FolderShape>'
    '<FolderIds><t:DistinguishedFolderId Id="inbox"/></FolderIds></GetFolder></s:Body></s:Envelope>'
)
IMPERSONATION = "<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>{}</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>"


def public():
    return msal.PublicClientApplication(PUBLIC, authority=place["authority"], validate_authority=place["validate"])


def confidential(secret):
    return msal.ConfidentialClientApplication(DAEMON, secret, authority=place["authority"], validate_authority=place["validate"])


def open_inbox(url, result, impersonated=None):
    body = ENVELOPE.format(IMPERSONATION.format(impersonated) if impersonated else "")
    headers = {"Authorization": "Bearer " + result["access_token"], "Content-Type": "text/xml; charset=utf-8"}
    answer = requests.post(url, data=body.encode(), headers=headers, timeout=20)
    folder = re.search("<t:DisplayName>([^<]*)<", answer.text)
    inbox = folder.group(1) if folder else "{} {}".format(answer.status_code, answer.headers.get("x-ms-diagnostics", answer.text[:200]))
    return {"inbox": inbox, "trace": answer.headers.get("x-coexist-trace", "")}


def told(result):
    if "access_token" not in result:
        return {"failure": result}
    facts = {key: result[key] for key in ("token_type", "expires_in", "scope") if key in result}
    # The library has checked issuer, audience, nonce and times of an identity token before it gives its claims.
    user = result.get("id_token_claims", {}).get("preferred_username")
    return {**facts, "user": user, "refresh": "refresh_token" in result}


def refused(result):
    return {"error": result.get("error"), "text": result.get("error_description", "").split(":")[0], "codes": result.get("error_codes")}


def by_password(app, user, scopes=None, password=None):
    return app.acquire_token_by_username_password(user, password or place["password"], scopes or USER)


def secret():
    app = confidential("daemon-Pa55word!")
    result = app.acquire_token_for_client(APP)
    again = app.acquire_token_silent(APP, account=None)
    return {**told(result), "kept": again["access_token"] == result["access_token"], "ews": open_inbox(place["cloud"], result, "joe@contoso.test")}


def certificate():
    result = confidential({"thumbprint": place["thumbprint"], "private_key": place["privateKey"]}).acquire_token_for_client(APP)
    return {**told(result), "ews": open_inbox(place["cloud"], result, "joe@contoso.test")}


def password_on_premises():
    result = by_password(public(), "mary@contoso.test", USER_PREMISES)
    return {**told(result), "ews": open_inbox(place["premises"], result)}


def by_code(app, user, scopes=None):
    """Signed in by login_hint, as a browser would be sent on to a page of this program."""
    flow = app.initiate_auth_code_flow(scopes or USER, redirect_uri="http://localhost:8400", login_hint=user)
    answer = requests.get(flow["auth_uri"], allow_redirects=False, timeout=20)
    response = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    return app.acquire_token_by_auth_code_flow(flow, response)


def code():
    result = by_code(public(), "joe@contoso.test")
    return {**told(result), "ews": open_inbox(place["cloud"], result)}


def device():
    app = public()
    flow = app.initiate_device_flow(USER)
    waits = []

    def approve_later(_):
        # It is called once a second between two questions: the first finds nobody who has decided.
        waits.append(1)
        if len(waits) == 2:
            url = "{}/_coexist/v1/device-codes/{}".format(place["adminUrl"], flow["user_code"])
            requests.post(url, json={"user": "joe@contoso.test", "approve": True}, timeout=20).raise_for_status()
        return False

    result = app.acquire_token_by_device_flow(flow, exit_condition=approve_later)
    return {**told(result), "waited": len(waits) > 1, "ews": open_inbox(place["cloud"], result)}


def refresh():
    app = public()
    first = by_code(app, "mary@contoso.test")
    result = public().acquire_token_by_refresh_token(first["refresh_token"], USER_PREMISES)
    return {**told(result), "ews": open_inbox(place["premises"], result)}


def silent():
    app = public()
    first = by_code(app, "joe@contoso.test")
    (account,) = app.get_accounts(username="joe@contoso.test")
    kept = app.acquire_token_silent(USER, account)
    anew = app.acquire_token_silent(USER, account, force_refresh=True)
    return {
        **told(anew),
        "kept": kept["access_token"] == first["access_token"],
        "another": anew["access_token"] != first["access_token"],
        "ews": open_inbox(place["cloud"], anew),
    }


flows = {
    "secret": secret,
    "certificate": certificate,
    "user name and password": password_on_premises,
    "code": code,
    "device code": device,
    "refresh token": refresh,
    "silent": silent,
    "refused: secret": lambda: refused(confidential("wrong").acquire_token_for_client(APP)),
    "refused: password": lambda: refused(by_password(public(), "joe@contoso.test", password="wrong")),
    "refused: resource": lambda: refused(confidential("daemon-Pa55word!").acquire_token_for_client(["https://nowhere.contoso.test/.default"])),
}

for name in place["flows"]:
    try:
        outcome = flows[name]()
    except Exception:
        outcome = {"failure": traceback.format_exc()}
    print(json.dumps({"flow": name, "outcome": outcome}), flush=True)
